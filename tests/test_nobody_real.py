"""Nobody in a dataset is called after somebody famous, and no telephone number is anybody's."""

from __future__ import annotations

import re

import numpy as np
import polars as pl
import pytest

import synthview
from synthview.draws.chance import Stream
from synthview.errors import SettingError
from synthview.pools import frozen_locales, names
from synthview.pools.renown import is_famous, is_famous_mailbox, is_famous_name
from synthview.pools.telephones import COUNTRIES_WITH_NUMBERS, is_reserved_phone, phone
from synthview.record import names as records
from synthview.tables import COUNTRIES

FAMOUS = """
    Angela Merkel; Michael Jackson; Harry Potter; Kate Middleton; Bill Clinton; Will Smith; Marilyn Monroe;
    Pablo Picasso; Javier Bardem; Zinédine Zidane; Indira Gandhi; Amitabh Bachchan; Olof Palme; Astrid Lindgren;
    Roald Dahl; Sherlock Holmes; George Washington; Serena Williams; Paul Newman; Emma Thompson; Ian Fleming;
    James Cook; Elizabeth Taylor; Steve Jobs; Tom Cruise; Jack Nicholson; Naomi Campbell; Gordon Brown; Tony Blair;
    Theresa May; Ted Bundy; Madeleine McCann; Robert Lewandowski; Lech Wałęsa; Recep Tayyip Erdoğan; Erling Haaland;
    Mario Vargas; Enrique Iglesias; Penélope Cruz; Diego Velázquez; Johann Sebastian Bach; Michael Schumacher
"""


@pytest.mark.parametrize("name", [name.strip() for name in FAMOUS.split(";")])
def test_famous_people_are_on_the_list(name: str) -> None:
    """Heads of state, artists, athletes, scientists, criminals and heroes of books are known, family name first too."""
    *first, family = name.split()
    assert is_famous_name(name)
    assert is_famous_name(f"{family} {' '.join(first)}")


@pytest.mark.parametrize(
    ("name", "other"),
    [("Bill Clinton", "William Clinton"), ("Penélope Cruz", "PENELOPE CRUZ"), ("Thomas Müller", "Thomas Mueller"),
     ("Conan O'Brien", "Conan Obrien"), ("Lise Meitner", "Lise  Meitner"), ("Ludwig van Beethoven", "Ludwig Beethoven"),
     ("Jean-Paul Sartre", "Jean Paul Sartre"), ("Steven Hawking", "Stephen Hawking")],
)  # fmt: skip
def test_spelling_does_not_hide_a_name(name: str, other: str) -> None:
    """Accents, capitals, hyphens, particles and short forms are one and the same name."""
    assert is_famous_name(name)
    assert is_famous_name(other)


def test_ordinary_names_are_not_on_the_list() -> None:
    """A list that held everybody would be none."""
    assert not any(
        map(is_famous_name, ["Karen Whitlock", "Torbjørn Holm", "Marisol Ibarra", "直子 笹田"])
    )
    assert not is_famous_name("Jackson")


def test_mailboxes_spell_names() -> None:
    """First and family name are read out of an address in either order; a word alone is nobody."""
    assert is_famous_mailbox("elvis.presley12@example.com")
    assert is_famous_mailbox("presley_elvis3@post.example")
    assert not is_famous_mailbox("elvis12@example.com")


@pytest.mark.parametrize("locale", frozen_locales())
def test_every_first_name_has_a_family_name_left(locale: str) -> None:
    """With each first name of a shipped pool, a quarter of the family names at least is nobody's."""
    pool = names(locale)
    left = [
        sum(not is_famous(first, family) for family in pool.family) / len(pool.family)
        for first in pool.first
    ]
    assert min(left) > 0.25


def test_a_famous_name_is_drawn_anew_for_that_household_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The household gets another family name, always the same one; the others keep theirs."""
    draw, pool = Stream(7, "people/records/names"), names("en_US")
    households = range(200)
    before = [records._family_name(draw, one, "Nobody", pool, one) for one in households]
    monkeypatch.setattr(records, "is_famous", lambda _, family: family == pool.family[5])
    after = [records._family_name(draw, one, "Nobody", pool, one) for one in households]
    assert [one for one in households if before[one] != after[one]] == [5]
    assert after[5] == records._family_name(draw, 5, "Nobody", pool, 5) != pool.family[5]


def test_a_pool_of_famous_names_alone_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing is left to draw, the error says what to change."""
    monkeypatch.setattr(records, "is_famous", lambda *_: True)
    with pytest.raises(SettingError, match=r"Choose another people\.locale"):
        records._family_name(Stream(7, "x"), 0, "Elvis", names("en_US"), 3)


def test_no_account_is_famous() -> None:
    """Of 6,000 accounts in the countries with the most famous families, none has such a name or address."""
    shares = {"people.locale": "en_US"}
    world = synthview.generate(
        "everyday", households=6_000, days=1, tables="log.accounts", set=shares
    )
    accounts = world.log.accounts
    assert not any(map(is_famous_name, accounts["billing_name"]))
    assert not any(map(is_famous_mailbox, accounts["email"]))


def test_numbers_are_those_of_the_country_or_none() -> None:
    """A country that reserves numbers has its own; the others have none."""
    for country in COUNTRIES:
        made = phone(np.arange(-3, 3_000, 7), [country] * 429)
        if country in COUNTRIES_WITH_NUMBERS:
            assert all(number is not None and is_reserved_phone(number, country) for number in made)
        else:
            assert set(made) == {None}


def test_numbers_differ_until_they_are_used_up() -> None:
    """The United States have 100 for each area code, Sweden 495 in all."""
    for country, count in (("US", 20_000), ("FR", 60_000), ("SE", 495)):
        assert len(set(phone(range(count), [country] * count))) == count


def test_a_spreadsheet_takes_numbers_for_text() -> None:
    """Each begins with an area code in parentheses and goes on with more than digits: no formula, number or date."""
    for country in COUNTRIES_WITH_NUMBERS:
        for number in phone(range(0, 100_000, 1_111), [country] * 91):
            assert re.fullmatch(r"\([0-9]{2,5}\) [0-9][0-9 -]+", str(number))


@pytest.mark.parametrize(
    ("number", "country"),
    [("(212) 555-0142", "US"), ("(416) 555-0199", "CA"), ("(020) 7946 0018", "GB"), ("(01632) 960123", "GB"),
     ("(07700) 900461", "GB"), ("(01) 99 00 12 34", "FR"), ("(030) 23125 042", "DE"), ("(02) 5550 1234", "AU"),
     ("(070) 174 06 05", "SE"), ("(020) 912 3456", "IE")],
)  # fmt: skip
def test_reserved_numbers(number: str, country: str) -> None:
    """What a regulator keeps for fiction is known in its own country alone."""
    assert is_reserved_phone(number, country)
    others = {"US", "CA", "GB", "FR", "DE", "AU", "SE", "IE", "JP"} - {country}
    assert not any(is_reserved_phone(number, other) for other in others)


@pytest.mark.parametrize(
    ("number", "country"),
    [("(212) 555-0200", "US"), ("(212) 556-0142", "US"), ("(555) 555-0142", "US"), ("(212) 555-0142 ", "US"),
     ("(212) 555-01٣٤", "US"), ("+1-212-555-0142", "US"), ("(416) 555-0142", "US"), ("(020) 7946 1000", "GB"),
     ("(0161) 497 0123", "GB"), ("(01) 98 00 12 34", "FR"), ("(030) 23126 042", "DE"), ("(070) 174 06 04", "SE"),
     ("(03) 1234 5678", "JP"), ("", "US")],
)  # fmt: skip
def test_numbers_of_somebody(number: str, country: str) -> None:
    """What could ring anywhere, or is written otherwise, is not reserved."""
    assert not is_reserved_phone(number, country)


def test_accounts_without_a_number_are_null() -> None:
    """Where a country reserves none, the column is empty, and `check` has nothing against it."""
    world = synthview.generate("everyday", households=400, days=1, tables="log.accounts")
    has_number = pl.col("country").cast(pl.String).is_in(COUNTRIES_WITH_NUMBERS)
    assert world.log.accounts.filter(pl.col("phone").is_null() == has_number).is_empty()
