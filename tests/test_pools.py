"""Tests of the pools: names, titles and devices stay as they were, and nobody real can be reached."""

import hashlib
import ipaddress
import json
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from synthview.errors import SettingError, UnknownName
from synthview.people.settings import PeopleSettings
from synthview.pools import (
    NamePool,
    app_versions,
    compose,
    compose_foreign,
    device_models,
    episode_name,
    frozen_digest,
    frozen_locales,
    genres,
    names,
    profile_labels,
    title_grammar,
    trailer_name,
)
from synthview.pools.contacts import (
    VPN_EXITS,
    email,
    ipv4_shared,
    ipv6,
    is_reserved_address,
    is_reserved_email,
)
from synthview.pools.titles import (
    episode_grammar,
    famous_titles,
    foreign_grammar,
    is_famous,
    languages,
)

NAMES_DIGEST = "87b067e27c76a9f2cb6e8e1098ebf1ff"
TITLES_DIGEST = "1b232050ed6dda32a6391de36774b587"
TESTED_LOCALE = "hr_HR"  # Faker has it, the package has not


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache directory of this test's own, and no pool remembered from before."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    names.cache_clear()
    yield tmp_path / "synthview" / "names"
    names.cache_clear()


@cache
def draws(count: int, seed: int) -> list[list[int]]:
    """Lists of five 63-bit integers, as keyed draws would be."""
    source = random.Random(seed)
    return [[source.getrandbits(63) for _ in range(5)] for _ in range(count)]


def test_frozen_names_stay() -> None:
    """The frozen names are those of this release: changing them changes every world."""
    written = json.loads(
        Path(sys.modules["synthview.pools"].__path__[0], "people.json").read_text("utf-8")
    )
    assert (frozen_digest(), written["digest"]) == (NAMES_DIGEST, NAMES_DIGEST)


def test_titles_stay() -> None:
    """The same numbers make the same titles as in this release."""
    made = [
        compose(genre, five, kind)
        for genre in genres()
        for kind in ("film", "series")
        for five in draws(50, 7)
    ]
    made += [episode_name(five) for five in draws(500, 7)]
    assert hashlib.blake2b("\n".join(made).encode(), digest_size=16).hexdigest() == TITLES_DIGEST


@pytest.mark.parametrize("locale", frozen_locales())
def test_names_are_sorted_plain_and_unlike(locale: str) -> None:
    """Each list of names is sorted, holds no name twice and none that is no plain name."""
    pool = names(locale)
    for listed in (pool.first, pool.female, pool.male, pool.family):
        assert listed == sorted(set(listed))
        assert not [
            name
            for name in listed
            if any(sign in name for sign in '.,;:@"()0123456789\n') or name != name.strip()
        ]
    assert set(pool.first) == {*pool.female, *pool.male}
    assert len(pool.first) >= 50
    assert len(pool.family) >= 40


def test_each_locale_has_its_own_names() -> None:
    """No two locales share a digest, also not those that borrow from the United States."""
    digests = {names(locale).digest for locale in frozen_locales()}
    assert len(digests) == len(frozen_locales())


def test_frozen_names_can_be_made_again() -> None:
    """The make script under the noted release of Faker gives the frozen names."""
    make = pytest.importorskip("synthview.pools.make")
    if make.faker_version() != names("da_DK").faker_version:
        pytest.skip("another release of Faker is installed than the one that made the frozen names")
    assert make.gather("da_DK") == {
        "female": names("da_DK").female,
        "male": names("da_DK").male,
        "family": names("da_DK").family,
    }


def test_importing_the_pools_reads_nothing() -> None:
    """Importing the package opens none of its data files and leaves Faker alone."""
    program = (
        "import sys; opened = []\n"
        "sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == 'open' else None)\n"
        "import synthview.pools\n"
        "assert not [name for name in opened if name.endswith(('.json', '.toml', '.txt'))], opened\n"
        "synthview.pools.names('sv_SE'), synthview.pools.compose('drama', [1, 2, 3, 4, 5])\n"
        "assert 'faker' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[1])


def test_another_locale_is_gathered_once_and_kept(
    own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A locale that is not frozen is gathered by Faker the first time and read from the cache afterwards."""
    make = pytest.importorskip("synthview.pools.make")
    first_time = names(TESTED_LOCALE)
    names.cache_clear()
    monkeypatch.setattr(make, "gather", None)
    assert names(TESTED_LOCALE) == first_time
    assert [path.name for path in own_cache.iterdir()] == [f"{TESTED_LOCALE}.json"]


def test_gathering_is_deterministic(own_cache: Path) -> None:
    """Gathering a locale twice gives the same digest."""
    pytest.importorskip("faker")
    first_time = names(TESTED_LOCALE)
    (own_cache / f"{TESTED_LOCALE}.json").unlink()
    names.cache_clear()
    assert names(TESTED_LOCALE).digest == first_time.digest


@pytest.mark.parametrize(
    "damage",
    ["", "[]", '{"faker": "1", "digest": "0", "lists": {"female": [], "male": [], "family": []}}'],
)
def test_a_damaged_cache_is_gathered_again(own_cache: Path, damage: str) -> None:
    """A kept file that was cut, emptied or edited is replaced."""
    pytest.importorskip("faker")
    sound = names(TESTED_LOCALE)
    (own_cache / f"{TESTED_LOCALE}.json").write_text(damage, "utf-8")
    names.cache_clear()
    assert names(TESTED_LOCALE) == sound
    assert (
        json.loads((own_cache / f"{TESTED_LOCALE}.json").read_text("utf-8"))["digest"]
        == sound.digest
    )


def test_a_cache_that_cannot_be_written_is_no_error(
    tmp_path: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing can be kept, the names come all the same."""
    pytest.importorskip("faker")
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert isinstance(names(TESTED_LOCALE), NamePool)


@pytest.mark.parametrize("locale", ["xx_YY", "mt_MT", "../people", "", "de"])
def test_an_unknown_locale_is_refused(own_cache: Path, locale: str) -> None:
    """A locale that Faker has no names for is an error; it never falls back to names from elsewhere."""
    pytest.importorskip("faker")
    with pytest.raises(UnknownName, match="There is no locale with names"):
        names(locale)


def test_without_faker_the_error_says_what_to_install(
    own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asking for a locale beyond the frozen ones without Faker names the extra to install."""
    monkeypatch.setitem(sys.modules, "synthview.pools.make", None)
    with pytest.raises(SettingError, match=r"synthview\[faker\]"):
        names(TESTED_LOCALE)


@pytest.mark.parametrize("locale", frozen_locales())
def test_profile_labels(locale: str) -> None:
    """Each locale has at most thirty special labels, each once, with some for children and some for grown-ups."""
    labels = profile_labels(locale)
    assert labels.first == names(locale).first
    assert min(len(labels.kids), len(labels.adults), len(labels.shared)) >= 3
    assert 10 <= len(labels.special) <= 30
    assert not [
        label
        for label in labels.special
        if label != label.strip() or "\n" in label or len(label) > 30
    ]


def test_labels_need_quoting_somewhere() -> None:
    """Among the labels are commas, quotes and signs beyond the first Unicode plane, as in real life."""
    everything = "".join("".join(profile_labels(locale).special) for locale in frozen_locales())
    assert all(sign in everything for sign in [",", '"', "'", "=", "\\", "🦄", "\u200d"])


def test_device_types() -> None:
    """Every device type has models and app versions, none twice; of models one is older than all devices."""
    types = {"tv", "computer", "phone", "tablet", "console", "stick"}
    assert device_models.keys() == app_versions.keys() == types
    for kind, models in device_models.items():
        listed = [model.name for model in models]
        assert len(set(listed)) == len(listed) >= 8
        assert models[0].since < "2001"
        assert len(set(app_versions[kind])) == len(app_versions[kind])
        assert len({model.weight for model in models}) > 4
    assert all(model.name.endswith("Smart TV") for model in device_models["tv"])


def test_a_year_in_a_name_is_that_of_the_launch() -> None:
    """No model is called after a year later than that in which it came out."""
    for models in device_models.values():
        for model in models[1:]:
            for year in re.findall("20[0-9]{2}", model.name):
                assert year == model.since[:4], model.name


@pytest.mark.parametrize("language", languages())
def test_titles_of_other_languages(language: str) -> None:
    """Each language has hundreds of titles before names come in, none famous, with blanks filled and no word twice."""
    locale = next(one for one in [*frozen_locales(), "ko_KR", "hi_IN"] if one[:2] == language)
    grammar = foreign_grammar(locale)
    assert len(set(grammar.words["head"])) * len(set(grammar.words["tail"])) >= 250
    for listed in grammar.words.values():
        assert len(set(listed)) == len(listed)
    made = [compose_foreign(locale, five) for five in draws(3_000, 19)]
    assert not [name for name in made if set("{}\n") & set(name) or name != name.strip()]
    assert not any(map(is_famous, made))
    assert len(set(made)) >= 700


def test_names_in_titles_are_those_of_the_country() -> None:
    """A Polish film in English is about somebody with a Polish name, a Korean one about somebody in Latin letters."""
    polish = set(names("pl_PL").first)
    assert set(title_grammar("drama", "film", "pl_PL").words["name"]) == polish
    korean = "".join(title_grammar("drama", "film", "ko_KR").words["name"])
    assert max(korean) < "\u0250"


def test_an_unknown_language_is_refused() -> None:
    """A language that has no words is an error that lists those that have."""
    with pytest.raises(UnknownName, match="Known: "):
        compose_foreign("xx_YY", [1, 2, 3, 4, 5])


@pytest.mark.slow
@pytest.mark.parametrize("genre", genres())
def test_a_genre_has_many_titles(genre: str) -> None:
    """There are at least 50,000 different titles in a genre, and a catalogue of 1,000 repeats few."""
    made = [compose(genre, five) for five in draws(150_000, 5)]
    assert len(set(made)) >= 50_000
    assert len(set(made[:1_000])) >= 920


@pytest.mark.parametrize("genre", genres())
def test_series_have_names_of_their_own(genre: str) -> None:
    """The grammar of series is as rich as that of films, but has no sequels."""
    grammar = title_grammar(genre, "series")
    assert grammar.count() >= 500_000
    assert not [pattern for pattern in grammar.patterns if "{sequel}" in pattern]


def test_words_of_each_genre() -> None:
    """A genre has at least sixty adjectives and sixty nouns, and no word list is short."""
    for genre in genres():
        words = title_grammar(genre).words
        assert min(len(set(words["adj"])), len(set(words["noun"]))) >= 60
        assert all(len(set(listed)) >= 10 and all(listed) for listed in words.values())


def test_episodes_have_many_names() -> None:
    """There are at least 30,000 different episode names."""
    assert len({episode_name(five) for five in draws(120_000, 3)}) >= 30_000
    assert episode_grammar().count() >= 100_000


def test_no_title_is_famous() -> None:
    """None of 20,000 composed titles is that of a well-known film or series, before the list is even looked at."""
    assert len(famous_titles()) >= 200
    for number, five in enumerate(draws(20_000, 13)):
        genre = genres()[number % len(genres())]
        assert not is_famous(title_grammar(genre).compose(five))


def test_a_famous_title_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the numbers happen upon a famous title, the next one is taken."""
    numbers = [4, 8, 15, 16, 23]
    composed = compose("drama", numbers)
    bare = "".join(
        sign for sign in composed.casefold() if sign.isalnum() or sign == " "
    ).removeprefix("the ")
    monkeypatch.setattr("synthview.pools.titles.famous_titles", lambda: frozenset([bare]))
    assert compose("drama", numbers) != composed


def test_famous_titles_are_recognised() -> None:
    """Capitals, punctuation and a leading article do not hide a famous title."""
    assert all(
        map(
            is_famous,
            ["Titanic", "THE GODFATHER", "godfather", "Pride & Prejudice", "Moulin Rouge"],
        )
    )
    assert not is_famous("The Paper Lighthouse")


def test_titles_are_well_formed() -> None:
    """Titles have no blanks left and no doubled spaces, the right article, and now and then signs that need quoting."""
    made = [
        compose(genre, five, kind)
        for genre in genres()
        for kind in ("film", "series")
        for five in draws(1_000, 17)
    ]
    made += [episode_name(five) for five in draws(5_000, 17)]
    assert not [
        name
        for name in made
        if set("{}\n") & set(name) or "  " in name or name != name.strip() or len(name) > 90
    ]
    assert not [
        name
        for name in made
        if " a A" in name or name.startswith(("A A", "A E", "A I", "A O", "An B", "A Honest"))
    ]
    assert all(
        any(sign in name for name in made) for sign in [",", ":", "'", "&", "é", "ø", "7", "!"]
    )


def test_any_integers_will_do() -> None:
    """Negative, huge and numpy integers choose words as well."""
    assert compose("crime", [-1, -2, -3, -4, -5])
    assert compose("crime", [2**80] * 5)
    assert compose("crime", list(np.array([1, 2, 3, 4, 2**63], np.uint64))) == compose(
        "crime", [1, 2, 3, 4, 2**63]
    )


@pytest.mark.parametrize(("genre", "kind"), [("thrillr", "film"), ("thriller", "movie")])
def test_an_unknown_genre_or_kind_is_refused(genre: str, kind: str) -> None:
    """A genre or kind that has no grammar is an error that lists those that have."""
    with pytest.raises(UnknownName, match="Known: "):
        compose(genre, [1, 2, 3, 4, 5], kind)


def test_trailer_names() -> None:
    """A trailer is called after its title, and a second one otherwise."""
    assert trailer_name("Paper Moons") == "Paper Moons (Trailer)"
    assert len({trailer_name("Paper Moons", number) for number in range(4)}) == 4


def test_homes_have_their_own_addresses() -> None:
    """A hundred thousand devices have different addresses, all reserved and in canonical form."""
    household = np.arange(100_000) * 40_009
    made = ipv6(household % 32, household % (1 << 32), household % 6)
    assert len(set(made)) == len(made)
    for address in made[::97]:
        assert is_reserved_address(address)
        assert str(ipaddress.ip_address(address)) == address


@pytest.mark.parametrize("country", [0, 14, 31 + VPN_EXITS, 0xFFFE])
@pytest.mark.parametrize("household", [0, 1, 0xFFFF, 0x10000, 0x10001, 0xFFFFFFFF])
@pytest.mark.parametrize("host", [0, 65_534])
def test_addresses_at_the_edges_are_canonical(country: int, household: int, host: int) -> None:
    """The written form is the canonical one, however many zeros it has."""
    (address,) = ipv6(country, household, host)
    assert str(ipaddress.ip_address(address)) == address
    assert is_reserved_address(address)


@pytest.mark.parametrize("parts", [(-1, 0, 0), (0xFFFF, 0, 0), (0, 1 << 32, 0), (0, 0, 0xFFFF)])
def test_no_address_part_wraps(parts: tuple[int, int, int]) -> None:
    """A number too large for its part of the address is an error, not another home's address."""
    with pytest.raises(ValueError, match="An address part must be from 0 to"):
        ipv6(*parts)


def test_shared_addresses() -> None:
    """Shared addresses are reserved, and differ until the range is used up."""
    assert len(set(ipv4_shared(np.arange(762)))) == 762
    assert all(map(is_reserved_address, ipv4_shared(np.arange(1_000))))


STYLES = PeopleSettings().email_styles


def test_mailboxes() -> None:
    """Mail addresses are plain and reserved, whatever script the names are in; most have few digits or none."""
    people = [
        ("Zoë", "O'Brien"),
        ("José", "de la Garza"),
        ("陽一", "佐藤"),
        ("Øyvind", "Åse"),
        ("Łukasz", "Gruß"),
    ] * 200
    style = ["first.family", *STYLES] * 100
    made = email(
        [first for first, _ in people], [family for _, family in people], style[:1_000],
        ["mail.example", "se-post.example"] * 500, np.arange(1_000) * 7_919_000_003,
    )  # fmt: skip
    assert made[0] == "zoe.obrien@mail.example"
    assert all(map(is_reserved_email, made))
    assert all(address.isascii() for address in made)
    assert max(len(re.findall("[0-9]", address)) for address in made) <= 4
    assert len(set(made)) > 500


@pytest.mark.parametrize(
    "text", ["2001:db8::1", "192.0.2.7", "a.b@example.com", "a@mail.EXAMPLE.org", "a@post.example"]
)
def test_reserved(text: str) -> None:
    """What is reserved for examples is recognised."""
    assert is_reserved_address(text) or is_reserved_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "2001:db9::1", "2001:db8::1%eth0", "::ffff:192.0.2.1", "192.0.2.256", "192.0.3.1", "8.8.8.8", "10.0.0.1", "192.0.2.1\n",
        "a@notexample.com", "a@example.com.evil.org", "a@example.de", "a@b@example.com", "@example.com", "a b@example.com",
        "example.com", "",
    ],
)  # fmt: skip
def test_not_reserved(text: str) -> None:
    """What could belong to somebody, or is no address at all, is not taken for reserved."""
    assert not is_reserved_address(text)
    assert not is_reserved_email(text)


def test_no_home_directory_is_no_error(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody knows of a home directory, as in some containers, the names come all the same."""
    pytest.importorskip("faker")
    kept = names(TESTED_LOCALE)
    names.cache_clear()

    def unknown(_: Path) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(Path, "expanduser", unknown)
    assert names(TESTED_LOCALE) == kept
