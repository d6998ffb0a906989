"""Claims asked of worlds: the short cut against every home simulated, causes that sum, truths that are planted."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from claims_log import FILM, Play, log_of, question, rows_of
from commands import Told
from hypothesis import given, settings
from hypothesis import strategies as st

from synthview import generate
from synthview.claims.counting.count import grid, who
from synthview.claims.counting.definitions import HEADLINE
from synthview.claims.counting.ranges import range_of
from synthview.claims.counting.title_log import TitleLog
from synthview.claims.counting.title_plays import title_plays, with_local_times
from synthview.claims.plain import plain
from synthview.claims.question import Question, ask
from synthview.claims.sections.behind_doors import homes_of
from synthview.claims.sections.doors import doors_in_letters
from synthview.claims.sections.truth import truth_of
from synthview.claims.simulation.attendance import true_watchers
from synthview.claims.simulation.bound import sample, shortcut
from synthview.claims.simulation.candidates import (
    Candidates,
    days_in_window,
    find_candidates,
    left_to_chance,
    silent_actors,
)
from synthview.claims.simulation.counterfactuals import (
    _further,
    _some_of,
    _summed,
    attribute,
    shapley,
)
from synthview.claims.simulation.homes import households_of
from synthview.claims.simulation.simulate import HISTORY, MESSAGES, Tables, lazily, simulate
from synthview.claims.study import Effort, Study
from synthview.ids import public
from synthview.registry import ON_REQUEST, installed
from synthview.scenario import load

LOVED = {
    'dated_events."Thanksgiving weekend".on': "2017-11-17", 'dated_events."Thanksgiving weekend".lift': 1000,
    'dated_events."Thanksgiving weekend".half_life_days': 500,
}  # fmt: skip
"""From its first day on the film is picked most of the time."""
HIGH = {
    "actors.child_on_loop.rate": 0.5, "actors.child_on_loop.spell_days": 60, "actors.child_on_loop.plays_per_day": 3,
    "actors.devoted_fan.rate": 0.3, "actors.devoted_fan.spell_days": 100, "actors.public_screen.rate": 0.3,
    "actors.background_tv.rate": 0.3, "actors.background_tv.days": 0.9, "actors.empty_room_protest.rate": 0.2,
    "actors.shared_account.rate": 0.05,
} | LOVED  # fmt: skip
"""A world in which much ties homes to the film, so that a few thousand homes have a number.

Few share with several homes: where the film is picked most of the time, those fill all days by chance.
"""
DAYS, LAST = 9, "2017-11-29"


def busy(seed: int = 1, households: int = 1_200, **more: object) -> Question:
    """The claim for nine days in such a world."""
    return question(DAYS, LAST, households, **{**HIGH, "run.seed": seed, "run.days": 13, **more})


@cache
def simulated(
    seed: int = 1, without: tuple[str, ...] = (), homes: int = 1_200, *, every: bool = False
) -> tuple[Question, Tables]:
    """What the homes hold that the short cut simulates, or all of them."""
    asked = busy(seed, homes, **({"without": list(without)} if without else {}))
    count = asked.scenario.run.households
    some = np.arange(count) if every else find_candidates(asked, count, 1).household
    return asked, simulate(asked, some, MESSAGES, 1)


# --- The short cut ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seed", "without", "homes"),
    [
        pytest.param(1, (), 250, marks=pytest.mark.slow),
        pytest.param(2, ("faults",), 1_200, marks=pytest.mark.slow),
        pytest.param(3, ("background_tv", "lost_events"), 1_200, marks=pytest.mark.slow),
    ],
)
def test_the_short_cut_finds_what_simulating_every_home_finds(
    seed: int, without: tuple[str, ...], homes: int
) -> None:
    """The same accounts by every definition, whichever actors and faults are off."""
    asked, short = simulated(seed, without, homes)
    _, whole = simulated(seed, without, homes, every=True)
    near, far = (title_plays(lazily(one), FILM) for one in (short, whole))
    assert who(near, asked, HEADLINE).tolist() == who(far, asked, HEADLINE).tolist()
    assert np.array_equal(grid(near, asked), grid(far, asked))
    assert len(who(far, asked, HEADLINE)) > 2
    assert far["account_id"].n_unique() > 2 * near["account_id"].n_unique()


@pytest.mark.slow
def test_it_states_what_it_may_miss() -> None:
    """The bound comes from homes simulated in full, falls with every day more that is asked for, and is told in words."""
    asked = busy()
    tied = find_candidates(asked, asked.scenario.run.households, 1)
    drawn = sample(asked, 100, 1)
    told = shortcut(asked, tied, drawn)
    assert told.simulated == len(tied.household) < asked.scenario.run.households
    assert told.missed_at_most is not None
    assert 0 <= told.missed_at_most < asked.scenario.run.households
    assert "by chance" in told.sentence
    assert not silent_actors(asked.scenario)


def test_more_homes_only_add() -> None:
    """The homes found among the first thousand are the first of those found among more."""
    few, many = (find_candidates(busy(7, count), count, 1).household for count in (600, 1_200))
    assert few.tolist() == [one for one in many.tolist() if one < 600]


@pytest.mark.slow
def test_the_number_alone_needs_those_homes_only_that_are_tied_for_long() -> None:
    """A brief answer leaves out homes that would have to fill seven days by chance: none of them is in the number; a thorough one leaves out none."""
    asked = question(18, "2017-12-10", 400, **HIGH)
    brief, thorough = (
        Study(asked, Effort(thorough=one), lambda *_: None).worlds[0] for one in (False, True)
    )
    assert thorough.is_near.all()
    left_out = brief.candidates.take(~brief.is_near)
    assert (left_to_chance(asked, days_in_window(asked, left_out)) >= 7).all()
    assert 10 < len(left_out) < len(brief.candidates) / 2
    tables = simulate(asked, left_out.household, HISTORY, 1)
    assert len(who(title_plays(lazily(tables), FILM), asked, HEADLINE)) == 0


# --- Causes -----------------------------------------------------------------------------------------------------------


@given(st.integers(1, 4), st.data())
def test_shares_sum_to_the_whole(count: int, data: st.DataObject) -> None:
    """Whatever the values of the sets are, shares and the empty set sum to the whole; a dummy has none, twins the same."""
    players = [f"p{place}" for place in range(count)]
    values = {
        frozenset(p for p in range(count) if mask >> p & 1): data.draw(st.integers(0, 3))
        for mask in range(2**count)
    }

    def value(some: frozenset[str]) -> float:
        return values[frozenset(int(one[1:]) for one in some if one != "dummy")]

    shares = shapley([*players, "dummy"], value)
    assert sum(shares.values()) == pytest.approx(value(frozenset(players)) - value(frozenset()))
    assert shares["dummy"] == pytest.approx(0)


def test_shares_of_a_majority() -> None:
    """Two of three suffice: each has a third."""
    assert shapley("abc", lambda some: float(len(some) >= 2)) == pytest.approx(
        dict.fromkeys("abc", 1 / 3)
    )


@pytest.mark.slow
def test_causes_of_a_world_sum_to_its_number() -> None:
    """Base and shares are the number; the worlds simulated together give what each gives when simulated as a scenario."""
    asked, tables = simulated()
    found = attribute(asked, tables, 1)
    counted = who(title_plays(lazily(tables), FILM), asked, HEADLINE)
    assert found.number == len(counted)
    assert len(found.base) + sum(found.shares.values()) == pytest.approx(found.number)
    leading = max(found.shares, key=lambda name: found.shares[name])
    without, others = simulated(1, (leading,))
    home = next(home for home, own in found.of_home.items() if own.get(leading) == 1.0)
    account = int(public(1, "account").apply(np.array([home]))[0])
    assert account in counted
    assert account not in who(title_plays(lazily(others), FILM), without, HEADLINE)


def test_further_homes_stand_for_all_that_some_causes_may_bring() -> None:
    """Homes tied on all but four days that are not near the number are tried, at most sixty, and weigh as all of them."""
    asked, homes = question(18), np.arange(500)
    tied = Candidates(homes, np.where(homes < 400, 14, 13)[:, None], np.zeros(500, dtype=bool))
    further = _further(asked, np.arange(100), tied)
    assert further.tolist() == list(range(100, 400))
    tried = _some_of(asked, further)
    assert len(np.unique(tried)) == 60
    assert np.isin(tried, further).all()
    shares = {home: {"cat": 0.5} for home in [1, *tried.tolist()]}
    each = {1: 1.0} | dict.fromkeys(tried.tolist(), 300 / 60)
    assert _summed(["cat", "dog"], shares, each) == {"cat": pytest.approx(150.5), "dog": 0.0}


# --- Truth ------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_rungs_only_lead_down() -> None:
    """Each rung holds accounts of the one before, and homes have their way back from public ids."""
    asked, tables = simulated()
    truth = truth_of(TitleLog(asked, tables), tables)
    rungs = [
        set(one)
        for one in (truth.counted, truth.pressed, truth.present, truth.attended, truth.same_person)
    ]
    assert all(lower <= upper for upper, lower in pairwise(rungs))
    assert len(rungs[0]) > len(rungs[4]) > 0
    assert truth.nobody_ever <= truth.nobody_once <= len(rungs[0])
    assert households_of(asked, truth.counted).max() < asked.scenario.run.households


def test_one_person_is_so_by_true_days() -> None:
    """Who sat there on every true day is one person though a clock moved an evening; whom only a clock gave a third day is not."""
    seen = [  # account, what the log says, what is true, whether the person was there
        (1, "2017-12-08 12:00", "2017-12-08 12:00", False),
        (1, "2017-12-09 00:10", "2017-12-08 23:50", True),
        (1, "2017-12-09 12:00", "2017-12-09 12:00", True),
        (1, "2017-12-10 12:00", "2017-12-10 12:00", True),
        (2, "2017-12-08 00:10", "2017-12-07 23:30", True),
        (2, "2017-12-09 12:00", "2017-12-09 12:00", True),
        (2, "2017-12-10 12:00", "2017-12-10 12:00", True),
    ]
    log = log_of([Play(logged, account=account) for account, logged, _, _ in seen])
    true = [
        {
            "play_id": number, "account_id": account, "title_id": 1, "started_at": datetime.fromisoformat(began),
            "viewer_ids": [account] * there, "viewer_count": int(there), "causes": "", "played_ms": 93 * 60_000,
            "pressed_by_person": there, "present_ms": 93 * 60_000 * there, "attended_ms": 93 * 60_000 * there,
        }
        for number, (account, _, began, there) in enumerate(seen, 1)
    ]  # fmt: skip
    tables = {**log, "truth.plays": rows_of("truth.plays", true)}
    found = truth_of(TitleLog(question(3), tables), tables)
    assert found.counted == (1, 2)
    assert found.pressed == found.attended == found.same_person == (1,)
    assert found.nobody_once == 1


@pytest.mark.slow
def test_fans_alone_with_faults() -> None:
    """With fans only and messages that are lost the number is below the truth, and the missed make up the difference."""
    raised = {
        "faults.lost_events.rate": 0.3,
        "faults.blocked_telemetry.rate": 0.2,
        "actors.devoted_fan.rate": 0.5,
        "actors.devoted_fan.spell_days": 200,
    }
    asked = question(DAYS, LAST, 12_000, **{
        **raised, **LOVED, "run.days": 13,
        "without": [name for name in (*installed().actors, *installed().faults) if name not in ("devoted_fan", "lost_events", "blocked_telemetry", *ON_REQUEST)],
    })  # fmt: skip
    tables = simulate(asked, find_candidates(asked, 12_000, 1).household, MESSAGES, 1)
    truth = truth_of(TitleLog(asked, tables), tables)
    real = set(true_watchers(TitleLog(asked, tables), tables, "utc").tolist())
    counted = set(truth.counted)
    ghosts = {one for name in ("lost_messages", "wrong_clock") for one in truth.missed[name]}
    assert len(real) > 10
    assert len(counted & real) < len(real)
    assert ghosts == real - counted
    assert len(ghosts) == len(real) - len(counted & real)


# --- Scenes -----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_doors_tell_log_and_truth() -> None:
    """Every day has a door; counted doors are those of the log; nobody is there where no viewer is in the truth."""
    asked, tables = simulated()
    counted = who(title_plays(lazily(tables), FILM), asked, HEADLINE).tolist()
    told = homes_of(asked, tables, counted)
    for home in told:
        assert [door.date for door in home.doors] == [
            str(one)
            for one in pl.date_range(pl.date(2017, 11, 17), pl.date(2017, 11, 29), eager=True)
        ]
        assert all(door.counted for door in home.doors if door.in_window)
        assert all(door.counted == bool(door.log) for door in home.doors)
        assert len(doors_in_letters(home)) == len(home.doors)
        for door in home.doors:
            assert (door.state == "none") == (not door.truth)
            if door.state in ("animal", "machine"):
                assert not any(one.who for one in door.truth)
    json.dumps(plain(told))
    assert all(home.cause in asked.scenario.actors for home in told)


@pytest.mark.slow
def test_what_happened_is_behind_a_door_whatever_a_clock_said() -> None:
    """Every play of the film on a day that is shown is, also where the log has it in another month or year."""
    wrong = {
        "faults.clock_skew.rate": 0.9,
        "faults.clock_skew.minutes": 1_440,
        "faults.clock_skew.days": 20,
    }
    asked = busy(5, 150, **wrong)
    homes = np.arange(150)
    tables = simulate(asked, homes, MESSAGES, 1)
    told = homes_of(asked, tables, tables["truth.households"]["account_id"].to_list())
    film = TitleLog(asked, tables).own_titles
    day = pl.col("started_at").dt.epoch("d")
    plays = (
        tables["truth.plays"]
        .join(film, on="title_id", how="semi")
        .filter(day.is_between(asked.span.start + 1, asked.span.stop - 2))
    )
    behind = {play.start for home in told for door in home.doors for play in door.truth}
    zones = tables["truth.households"].select("account_id", "time_zone")
    local = with_local_times(plays.join(zones, on="account_id"), {"started_at": "local_start"})
    assert plays.height > 100
    assert {one.isoformat(timespec="seconds") for one in local["local_start"]} <= behind


@pytest.mark.slow
def test_doors_days_and_rungs_agree_on_who_was_there() -> None:
    """Guests of a public screen were there for its door, for each of its plays and for the rungs alike; so with nobody."""
    asked, tables = simulated()
    truth = truth_of(TitleLog(asked, tables), tables)
    told = homes_of(asked, tables, truth.counted)
    verdicts = [home.verdict for home in told]
    assert verdicts.count("nobody") == truth.nobody_ever
    assert verdicts.count("nobody") + verdicts.count("nobody_sometimes") == truth.nobody_once
    guests = {int(home.id[1:]) for home in told if home.verdict == "guests"}
    assert guests
    assert guests <= set(truth.present) - set(truth.attended)
    shown = [
        (door, play) for home in told for door in home.doors for play in door.truth
        if play.causes == ("public_screen",) and play.minutes
    ]  # fmt: skip
    assert {play.state for _, play in shown if not play.who} == {"stranger"}
    alone = [door for door, _ in shown if not any(one.who for one in door.truth)]
    assert {door.state for door in alone} == {"stranger"}
    assert all("before guests, whom the account does not know" in door.sentence for door in alone)


# --- The command ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_bare_claim(tmp_path: Path, told: Told) -> None:
    """It prints the number with its definition and bound, and writes the same as JSON."""
    place = tmp_path / "claim.json"
    few = ("--households", "4k", "--sample", "40", "--workers", "1")
    code, shown, _ = told("claim", "christmas-prince", *few, "--json", str(place))
    assert not code
    found = json.loads(place.read_text("utf-8"))
    assert found["number"]["sentence"] in shown
    assert found["number"]["per_seed"] == [
        {"seed": 1, "value": found["number"]["value"], "by_duckdb": found["number"]["value"]}
    ]
    assert found["shortcut"]["on"] is True
    assert "not Netflix’s data" in shown


@pytest.mark.slow
def test_claims_on_disk_and_in_memory_are_one(tmp_path: Path, told: Told) -> None:
    """A dataset on disk gives what its world gives, by its manifest or by its files alone."""
    generate(
        "christmas-prince",
        households=30,
        days=24,
        directory=tmp_path / "made",
        tables=["log.plays", "log.titles", "log.accounts", "log.profiles", "log.devices"],
        set={"actors.child_on_loop.rate": 1, "actors.devoted_fan.rate": 0.5},
        workers=1,
    )
    found = []
    for _ in range(2):
        words = ("claim", "christmas-prince", "--data", str(tmp_path / "made"), "--json", "-")
        found.append(json.loads(told(*words)[1]))
        (tmp_path / "made" / "manifest.json").unlink(missing_ok=True)
    assert found[0]["number"] == found[1]["number"]
    assert found[0]["aggregates"] == found[1]["aggregates"]
    assert 20 < found[0]["scenario"]["households"] == found[0]["aggregates"]["accounts"] <= 30


@pytest.mark.slow
def test_other_kinds(told: Told) -> None:
    """Means, totals and numbers of one day come from a sample, with an interval that holds the value."""
    few = ("--households", "10k", "--sample", "20", "--workers", "1")
    days = ("run.start=2017-06-01", "run.days=8", "run.epoch=2017-06-01")
    soon = [word for one in days for word in ("--set", one)]
    for name in ("60 movies", "3,749 people on the day"):
        _, shown, err = told("claim", "year", "--claim", name, *few, *soon, "--json", "-")
        assert shown, err
        number = json.loads(shown)["number"]
        assert number["low"] <= number["value"] <= number["high"]


@pytest.mark.parametrize(
    ("words", "complaint", "code"),
    [
        (["claim", "tiny"], "has no claims", 2),
        (["claim", "christmas-prince", "--claim", "54 people"], "no claim '54 people'", 2),
        (
            ["claim", "year", "--claim", "60 movies", "--thorough"],
            "--thorough is for claims of the kind streak",
            2,
        ),
        (
            ["claim", "christmas-prince", "--html", "/no/such/place/page.html"],
            "there is no directory",
            3,
        ),
        (["claim", "christmas-prince", "--data", "/no/such/place"], "There is no directory", 3),
        (["claim", "christmas-prince", "--seeds", "0"], "--seeds", 2),
    ],
)
def test_mistakes_are_told(words: list[str], complaint: str, code: int, told: Told) -> None:
    """What cannot be is said in one line, before any work."""
    ended, _, err = told(*words)
    assert ended == code
    assert complaint in err


@settings(deadline=None)
@given(st.lists(st.integers(0, 80), min_size=1, max_size=25))
def test_ranges_hold_their_middle(values: list[int]) -> None:
    """The range of worlds is no narrower than nothing and lies about the mean."""
    low, high = range_of(values)
    assert 0 <= low <= high
    assert low <= max(values) + 1
    assert high >= min(values)


def test_a_claim_of_ones_own(tmp_path: Path, told: Told) -> None:
    """Six lines of TOML are a claim."""
    own = tmp_path / "mine.toml"
    own.write_text(
        'based_on = "christmas-prince"\n[[claims]]\nname = "12 people"\nkind = "streak"\nsaid = 12\ntitle = "A Christmas Prince"\ndays = 7\n',
        "utf-8",
    )
    asked = ask(load(own, installed()))
    assert (asked.claim.name, asked.days, asked.windows) == ("12 people", 7, 18)
    assert "HAVING count(*) >= 7" in told("claim", str(own), "--sql")[1]


TITLE = f'title = "{FILM}"'


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        (f'kind = "streak"\n{TITLE}\nsaid = 1\ndays = 1', "is a streak of a single day"),
        (
            f'kind = "streak"\n{TITLE}\nsaid = 12.5\ndays = 3',
            "says 12.5. The kind streak counts accounts, so it must be a whole number",
        ),
        (
            f'kind = "on_day"\n{TITLE}\nsaid = 1\nof = "hours"',
            "they are for count, mean and total",
        ),
        (
            f'kind = "on_day"\n{TITLE}\nsaid = 1\nper = "year"',
            "they are for count, mean and total",
        ),
        ('kind = "mean"\nsaid = 60', "is a mean; say of what"),
    ],
)
def test_a_claim_that_would_count_another_thing_is_refused(
    tmp_path: Path, lines: str, complaint: str, told: Told
) -> None:
    """What a kind cannot heed is refused, rather than that hours are told as accounts."""
    (tmp_path / "mine.toml").write_text(
        f'based_on = "christmas-prince"\n[[claims]]\nname = "mine"\n{lines}\n', "utf-8"
    )
    code, _, err = told("claim", str(tmp_path / "mine.toml"))
    assert code == 2
    assert complaint in err


CHANGED = 'based_on = "christmas-prince"\n[[claims]]\nname = "53 people"\n'


@pytest.mark.parametrize(
    ("lines", "quoted"),
    [("said = 60", False), ("days = 7", False), ("said = 53", True), ("last = 2017-12-10", True)],
)
def test_another_number_is_not_quoted(tmp_path: Path, lines: str, *, quoted: bool) -> None:
    """A claim that changes what an inherited one says does not keep the words and the source it was published in."""
    (tmp_path / "mine.toml").write_text(CHANGED + lines, "utf-8")
    claim = ask(load(tmp_path / "mine.toml", installed())).claim
    assert [bool(claim.quote), claim.source != "guess", bool(claim.about)] == [quoted] * 3


def test_words_of_ones_own_are_kept(tmp_path: Path) -> None:
    """Who gives the words with the number has them, and nothing of the old ones."""
    (tmp_path / "mine.toml").write_text(
        CHANGED + 'said = 60\nquote = "To the 60 people"\nsource = "S01"', "utf-8"
    )
    claim = ask(load(tmp_path / "mine.toml", installed())).claim
    assert (claim.said, claim.quote, claim.source) == (60, "To the 60 people", "S01")


def test_help_shows_a_claim_as_it_is_written(told: Told) -> None:
    """The example of a claim begins with [[claims]], which a formatter of the terminal would take for a mark."""
    assert "[[claims]]" in told("claim", "--help")[1]
