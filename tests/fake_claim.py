"""An example of an answer, made up from nothing, in the types of its sections: no figure in it was ever computed."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import polars as pl

from synthview.claims.answer import Answer
from synthview.claims.asked import AskedClaim, AskedScenario
from synthview.claims.counting.pitfalls import Pitfall
from synthview.claims.replays import ReplayedHomes, WorldOfHomes
from synthview.claims.sections.aggregates import Aggregates, DayTotal
from synthview.claims.sections.alternatives import Alternatives, OfLength
from synthview.claims.sections.beliefs import Belief, Points, RatePrior, Sensitivity
from synthview.claims.sections.calibrated import (
    Calibration,
    CauseCovered,
    Covered,
    GivenLeader,
    RankHistogram,
)
from synthview.claims.sections.causes import Causes, Ordinary
from synthview.claims.sections.causes import CauseShare as ShareOfCause
from synthview.claims.sections.definitions import Definitions, Switch
from synthview.claims.sections.definitions import SwitchChoice as Position
from synthview.claims.sections.detective import Classifier, Detective
from synthview.claims.sections.disclosure import Disclosure, MinimumCell, Neighbour, Noisy
from synthview.claims.sections.doors import Door, Home, LoggedPlay, TruePlay
from synthview.claims.sections.holder import Holder, HolderMonth
from synthview.claims.sections.homes import (
    CauseOff,
    Downloads,
    HouseOfMany,
    OneOfMany,
    ShownHomes,
    ShownWorld,
    WorldChoice,
    answers,
)
from synthview.claims.sections.inference import (
    Effective,
    Given,
    Inference,
    OfHomes,
    PosteriorShare,
    Prior,
    Spread,
    VariedSetting,
)
from synthview.claims.sections.invented import Invented
from synthview.claims.sections.knowledge import Assumed, Knowledge, KnownFact, Unknowable
from synthview.claims.sections.ladder import Ladder, LadderStep
from synthview.claims.sections.number import Count, Number, OfDefinition, OfSeed, OfSource
from synthview.claims.sections.predictive import (
    OF_FEW,
    OF_PRIOR,
    PredictedRun,
    PredictedShare,
    Predictive,
)
from synthview.claims.sections.truth import MissedAccounts, Nobody, Reason, Rung, TruthOfNumber
from synthview.claims.sections.who_looked import LookStep, WhoLooked
from synthview.claims.simulation.bound import Shortcut
from synthview.claims.written import as_dict
from synthview.sinks.text import encode_ids

__all__ = ["EVIL", "answer", "claim", "dataset", "longest", "mean", "plain"]

EVIL = "<script>alert(1)</script>"
RIGHT_TO_LEFT = "שלומית"
LONG = "Grandmother’s-television-in-the-room-with-the-good-armchair-by-the-window"
FIRST = date(2017, 11, 17)
DAYS, SAID, WINDOW = 24, 53, 18
BORDERLINE = 29
"""The home in which a single evening decides."""

CASTS: tuple[tuple[str, str, str, str, int], ...] = (
    ("child_on_loop", "a child on a loop", "somebody", "child", 24),
    ("", "ordinary viewing", "same_person", "person", 3),
    ("devoted_fan", "a devoted fan", "same_person", "person", 2),
    ("shared_account", "one account in several homes", "in_turns", "family", 4),
    ("public_screen", "a screen in a bar or shop", "guests", "stranger", 2),
    ("asleep_on_sofa", "somebody asleep on the sofa", "nobody_sometimes", "asleep", 6),
    ("background_tv", "a television left on", "nobody_sometimes", "away", 5),
    ("cat_on_remote", "a cat on the remote", "nobody", "animal", 1),
    ("reseller", "a stranger who bought the password", "somebody", "stranger", 3),
    ("monitor_probe", "a test rig of the service", "nobody", "machine", 2),
    ("stream_errors", "a stream that broke off", "nobody_sometimes", "error", 1),
)
LETTERS = {
    "person": "p", "family": "f", "child": "c", "asleep": "z", "away": "w", "animal": "a",
    "stranger": "s", "machine": "m", "error": "e", "none": ".",
}  # fmt: skip
WHO = {
    "person": ["an adult of 41"], "family": ["an adult of 38", "a teenager of 15"], "child": ["a child of 4"],
    "stranger": ["a stranger elsewhere"],
}  # fmt: skip
AXES: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    (
        "unit",
        "Who is counted",
        (("accounts", "account_id"), ("profiles", "profile_id"), ("devices", "device_id")),
    ),
    (
        "watched",
        "What counts as watched",
        (
            ("any recorded play", "watched_ms >= 0"),
            ("two minutes", "watched_ms >= 120000"),
            ("70 % of the film", "watched_ms >= 0.7 * runtime_ms"),
            ("90 % of the film", "watched_ms >= 0.9 * runtime_ms"),
        ),
    ),
    (
        "day",
        "Where a day begins",
        (
            ("midnight UTC", "date_trunc('day', started)"),
            ("midnight in the home", "date_trunc('day', started_local)"),
            ("04:00 in the home", "date_trunc('day', started_local - INTERVAL 4 HOUR)"),
        ),
    ),
    ("clock", "Which clock", (("corrected", "corrected"), ("as the device said", "client_time"))),
    (
        "messages",
        "From which rows",
        (
            ("viewing history", "plays"),
            ("raw messages", "events"),
            ("each message once", "events_once"),
        ),
    ),
    (
        "kids",
        "Children’s profiles",
        (("with children’s profiles", ""), ("without", "AND NOT is_kids")),
    ),
    (
        "autoplay",
        "What started by itself",
        (("with autoplay", ""), ("without", "AND NOT autoplayed")),
    ),
    ("tests", "Test devices", (("with test devices", ""), ("without", "AND NOT is_test"))),
    ("gaps", "Days that may be missing", (("none", ">= 18"), ("one", ">= 17"))),
    (
        "window",
        "Which 18 days",
        tuple(
            (f"{FIRST + timedelta(n)} to {FIRST + timedelta(n + 17)}", f"'{FIRST + timedelta(n)}'")
            for n in range(7)
        ),
    ),
)
WEIGHTS = (
    (1, 0.62, 0.5), (1, 0.9, 0.41, 0.2), (1, 1.2, 1.1), (1, 0.93), (1, 1.2, 1.1),
    (1, 0.55), (1, 0.8), (1, 0.95), (1, 2.4), (0.7, 0.72, 0.75, 0.8, 0.86, 0.93, 1),
)  # fmt: skip


def claim() -> dict[str, Any]:
    """The JSON of everything that `--thorough` tells, with names that try to break a page."""
    return as_dict(answer())


def plain() -> dict[str, Any]:
    """The JSON of an answer without truth, homes and inference."""
    return as_dict(_plain())


def mean() -> dict[str, Any]:
    """The JSON of a claim about everybody: a number from a sample, by several definitions, with no query."""
    return as_dict(_mean())


def longest() -> dict[str, Any]:
    """The JSON of a claim about a maximum: the longest run, and what ties homes to the title."""
    told = _mean()
    number = Count(
        value=201, low=201, high=201, interval="none", definition="longest run of UTC days", account="a17",
        sentence="The longest run is 201 days.", by_source=(OfSource("a devoted fan", 201, 512),),
    )  # fmt: skip
    said = replace(told.claim, kind="longest", said=365)
    found = {"number": Number(shortcut=_shortcut(), number=number), "holder": _holder()}
    return as_dict(replace(told, claim=said, found=found))


def _holder() -> Holder:
    """A fan who fell asleep once in forty days."""
    months = (HolderMonth("2017-01", 31, 31, 0, 0), HolderMonth("2017-02", 9, 8, 0, 1))
    return Holder(
        account="a17", household=17, home="alone in Norway, Europe/Oslo", people=("an adult of 41",), label="a devoted fan",
        verdict="somebody", first="2017-01-01", doors="p" * 38 + "z.", one_person=38, months=months,
        sentence="The account with the longest run is that of a devoted fan.",
    )  # fmt: skip


def dataset() -> dict[str, Any]:
    """The JSON of a dataset on disk: its number and its definitions; there are no seeds and no truth."""
    told = _plain()
    about = replace(
        told.scenario, seeds=(), households=2000, name="week", about="A dataset on disk."
    )
    number = replace(told.found["number"].number, per_seed=(), value=3, low=3, high=3)
    found = {name: one for name, one in told.found.items() if name != "ladder"}
    return as_dict(replace(told, scenario=about, found={**found, "number": Number(number=number)}))


def answer() -> Answer:
    """Everything that `--thorough` tells."""
    chance = Random(53)
    homes = _homes(chance)
    told = _plain()
    inference = _inference(chance)
    shown = ShownWorld(
        drawn="Drawn from the posterior given exactly 53 under the headline definition.",
        chosen=WorldChoice("child_on_loop", has_one=True, turn=1, passed_over=0, without=0, not_shown=0, most_turns=100, share_of_worlds=0.9),
        settings={"actors.child_on_loop.rate": 0.031},
        homes=tuple(homes),
        causes_off=_causes_off(homes),
        ghosts=_ghosts(chance),
    )  # fmt: skip
    worlds = tuple(_world(chance, number) for number in range(7))
    log = "".join(f"{one},<script>,2017-11-23T07:12:00.000Z\n" for one in _as_written(homes))
    downloads = Downloads(
        log_csv="account_id,profile_id,started_at\n" + log,
        answers_csv=answers(homes),
        sql="SELECT count(*) FROM streaks;",
        command="synthview claim christmas-prince --thorough --json prince.json",
    )
    machine = Classifier(
        name="logistic regression on 31 features of the log", auc=0.87, right=4, of=5,
        sentence="It saw all 53 logs of 200 other worlds and is right about 81 in 100 of new ones.",
    )  # fmt: skip
    more = {
        "causes": _causes(),
        "truth": _truth(),
        "inference": inference,
        "predictive": _predictive(),
        "alternatives": _alternatives(),
        "disclosure": _disclosure(),
        "who_looked": _who_looked(),
        "homes": ShownHomes(
            shown, worlds, "These seven worlds stand at even steps.", downloads, _replay()
        ),
        "detective": Detective(
            (0, 24, BORDERLINE, 35, 47, SAID),
            machine,
            (replace(_home(chance, 70, CASTS[2]), world=1),),
        ),
        "knowledge": _knowledge(),
    }
    return replace(told, found={**told.found, **more})


def _who_looked() -> WhoLooked:
    """Two steps: everybody's history is read, and the accounts that are counted come out."""
    steps = (
        LookStep("its viewing history, account by account", "an analyst", 21_000_000, 13_000_000),
        LookStep("the accounts that are counted, a row each", "the same analyst", SAID, SAID),
    )
    return WhoLooked(steps, 12.0, 36.0, None, "No total holds this number.")


def _replay() -> ReplayedHomes:
    rows = {
        "point": 3,
        "popularity": 17,
        "rates": 204,
        "popularity_seed": 18,
        "looked_at": 60_000_000,
    }
    worlds = (
        WorldOfHomes("1", {}, rows),
        WorldOfHomes("4611686018427387905", {"actors.child_on_loop.rate": 0.1}, rows),
    )
    return ReplayedHomes({"name": "christmas-prince", "run": {"households": 109_000_000}}, worlds)


def _plain() -> Answer:
    scenario = AskedScenario(
        name="christmas-prince", about="The 24 days around the release of a Christmas film.", fingerprint="0123456789abcdef",
        households=109_000_000, seeds=tuple(range(1, 21)), first="2017-11-17", last="2017-12-10",
    )  # fmt: skip
    said = AskedClaim(
        name="53 people", kind="streak", said=SAID, unit="people", days=WINDOW, about="",
        quote="To the 53 people who've watched A Christmas Prince every day for the past 18 days: Who hurt you?",
        title="A Christmas Prince", runtime_minutes=93, first="2017-11-23", last="2017-12-10",
        source="X01, X02", source_text="Netflix US, 10 December 2017", source_url="https://example.org/tweet",
    )  # fmt: skip
    number = Count(
        value=12.4, low=6, high=19, interval="5 % to 95 % of worlds", per_seed=tuple(OfSeed(n, 6 + n * 7 % 13, 6 + n * 7 % 13) for n in range(1, 21)),
        definition="Accounts with any recorded play of the title on each of the 18 UTC days to 10 December.",
        sql="SELECT count(*) FROM (SELECT account_id FROM plays GROUP BY 1 HAVING count(DISTINCT day) >= 18)",
        sentence="Over 20 seeds the query counts 12.4 accounts on average, from 6 to 19.",
    )  # fmt: skip
    daily = (
        DayTotal(str(FIRST + timedelta(n)), 650_000 + 41_000 * (n * 5 % 7), 640_000, 930_000)
        for n in range(6, 24)
    )
    aggregates = Aggregates(
        tuple(daily), 109_000_000, 0, 650_000, None, None, None, "From daily totals alone the number lies anywhere from 0 to 650,000.",
    )  # fmt: skip
    found = {
        "number": Number(shortcut=_shortcut(), number=number),
        "definitions": _definitions(),
        "ladder": Ladder(
            tuple(
                LadderStep(
                    n,
                    one := int(21e6 * 0.42 ** (n - 1)) + (25 - n),
                    *((one - 9, one + 9) if n < 5 else ()),
                )
                for n in range(1, 25)
            )
        ),
        "aggregates": aggregates,
    }
    disclaimer = (
        "This is not Netflix’s data and describes no real person. Every home here was invented."
    )
    command = "synthview claim christmas-prince --thorough --json prince.json"
    return Answer("synthview 0.1.0", command, disclaimer, scenario, said, found)


def _shortcut() -> Shortcut:
    sentence = (
        "Only 7,432 of 109 million accounts could have qualified; the others were not simulated."
    )
    return Shortcut(on=True, simulated=7432, of=109_000_000, missed_at_most=1e-9, sentence=sentence)


def _mean() -> Answer:
    told = _plain()
    about = replace(
        told.claim, name="60 movies", kind="mean", said=60, unit="films", days=365, title="", quote="", source="", source_text="",
        source_url="", runtime_minutes=None, first="2017-01-01", last="2017-12-31", about="What counts was not said.",
    )  # fmt: skip
    number = Count(
        value=58.25, low=55.1, high=61.4, interval="95 % of a sample", definition="films by account and year", sentence="58.3, with a 95 % interval of 55.1 to 61.4.",
        by_definition=(OfDefinition("two minutes", 71.2), OfDefinition("90 % of it", 31)),
    )  # fmt: skip
    return replace(told, claim=about, found={"number": Number(shortcut=_shortcut(), number=number)})


def _truth() -> TruthOfNumber:
    rungs = (
        ("counted", "in the number", 12.4),
        ("pressed", "a person pressed play on every day", 10.9),
        ("present", "somebody was in the room on every day", 8.2),
        ("attended", "somebody sat through it on every day", 4.1),
        ("same_person", "one and the same person sat through it on every day", 1.3),
    )
    reasons = (
        Reason("lost_messages", "messages were lost", 0.2),
        Reason("time_zone", "the evening falls on another day in UTC", 0.15),
        Reason("second_profile", "seen on a second profile", 0.05),
    )
    nobody = Nobody(
        2.2, 1.1, "At 2.2 of 12.4 accounts nobody was there on at least one of the days."
    )
    missed = MissedAccounts(
        0.4,
        reasons,
        "Another 0.4 accounts did exactly what the tweet says and are not in the number.",
    )
    return TruthOfNumber(tuple(Rung(*one) for one in rungs), nobody, missed)


def _definitions() -> Definitions:
    values = []
    for weights in itertools.product(*WEIGHTS):
        product = 1.0
        for weight in weights:
            product *= weight
        values.append(round(12.4 * product, 2))
    return Definitions(
        axes=tuple(
            Switch(name, label, tuple(Position(word, word, sql) for word, sql in options)) for name, label, options in AXES
        ),
        query="SELECT count(*) FROM (\n  SELECT {unit}, {day} AS day\n  FROM {messages}  -- times: {clock}\n  WHERE title = 'A Christmas Prince'\n"
        "    AND {watched}\n    {kids} {autoplay} {tests}\n    AND day BETWEEN {window} AND {window} + 17\n  GROUP BY 1 HAVING count(DISTINCT day) {gaps}\n)",
        headline=(0, 0, 0, 0, 0, 0, 0, 0, 0, 6), values=tuple(values), lowest=min(values), highest=max(values),
        median=sorted(values)[len(values) // 2],
        sentence=f"{len(values):,} defensible definitions of the same words give from {min(values)} to {max(values)}.",
        slips=(
            Pitfall("plays_for_days", "COUNT(*) for COUNT(DISTINCT day)", 190, "HAVING count(*) >= 18", "Eighteen plays are not eighteen days."),
            Pitfall("like", "LIKE '%Christmas Prince%'", 61.5, "title LIKE '%Christmas Prince%'", "It catches the trailers."),
            Pitfall("spreadsheet", "a spreadsheet cut at 1,048,576 rows", 0, "LIMIT 1048576", "Most of the rows never arrived."),
        ),
    )  # fmt: skip


def _home(chance: Random, number: int, cast: tuple[str, str, str, str, int]) -> Home:
    cause, label, verdict, state, _ = cast
    names = {0: EVIL, 1: 'Mia "the boss" O’Hara & Söhne', 24: RIGHT_TO_LEFT, 25: LONG, 2: ""}
    hour = chance.choice((6, 7, 17, 19, 20, 21, 22)) if state != "machine" else 3
    doors = tuple(
        _door(chance, n, state, hour, verdict, names.get(number, "Mia")) for n in range(DAYS)
    )
    return Home(
        id=f"a{4611686018427387904 + number}", home="family in US, America/Chicago",
        people=("an adult of 34", "a child of 4"), profiles=(names.get(number, "Mia"), "Sam"), cause=cause, label=label,
        verdict=verdict, story="Eighteen identical ticks; one child’s breakfasts." if state == "child" else f"Eighteen identical ticks; {label}.",
        missed=None, doors=doors, household=7_000_000 + number, world=0, without=("reseller",),
    )  # fmt: skip


def _door(chance: Random, number: int, state: str, hour: int, verdict: str, profile: str) -> Door:
    day, in_window = FIRST + timedelta(number), number >= DAYS - WINDOW
    is_empty = not in_window and chance.random() < 0.8
    odd = verdict != "same_person" and chance.random() < 0.15
    state = (
        "none" if is_empty else "family" if odd and state == "child" else "person" if odd else state
    )
    start, minutes = (
        f"{day}T{hour:02}:{chance.randrange(60):02}:00",
        93 if chance.random() < 0.7 else 40,
    )
    end = f"{day}T{min(hour + 1, 23):02}:{chance.randrange(30, 60):02}:00"
    who = tuple(WHO.get(state, [])) if verdict != "guests" else ()
    attended = chance.randrange(60, 91) if who else 0
    plays = 0 if is_empty else 6 if verdict == "guests" else 1
    logged = LoggedPlay(start, end, minutes, profile, "tv", "rewatch")
    true = TruePlay(
        start=start, end=end, minutes=minutes, present_minutes=min(attended + 5, minutes) if who else 0,
        attended_minutes=min(attended, minutes), who=who, state=state, pressed=state not in {"animal", "machine"},
        causes=("child_on_loop",), deeds=("child on loop: wanted it again",),
    )  # fmt: skip
    there = f"{start[11:16]}: {who[0] if who else 'nobody'} was there for {attended} of {minutes} minutes."
    return Door(
        date=str(day), in_window=in_window, counted=not is_empty, state=state, same_person=verdict == "same_person" and not is_empty,
        sentence="" if is_empty else there, log=(logged,) * plays, truth=(true,) * plays,
    )  # fmt: skip


def _as_written(homes: Sequence[Home]) -> list[str]:
    """Accounts of homes as a log of text has them."""
    return encode_ids(pl.Series([int(home.id[1:]) for home in homes]), "a").to_list()


def _homes(chance: Random) -> list[Home]:
    casts = [cast for cast in CASTS for _ in range(cast[4])]
    homes = [_home(chance, number, cast) for number, cast in enumerate(casts)]
    homes[BORDERLINE] = _but_for_one(homes[BORDERLINE])
    return homes


def _but_for_one(home: Home) -> Home:
    """The home with one and the same person on every day but the last."""
    *most, last = home.doors
    same = (replace(door, same_person=door.in_window) for door in most)
    return replace(home, doors=(*same, replace(last, same_person=False)))


def _ghosts(chance: Random) -> tuple[Home, ...]:
    reasons = (
        "messages were lost on 2 days",
        "one evening fell on another day in UTC",
        "seen on two profiles",
    )
    return tuple(
        replace(_home(chance, 60 + n, CASTS[1]), missed=reason) for n, reason in enumerate(reasons)
    )


def _causes_off(homes: Sequence[Home]) -> tuple[CauseOff, ...]:
    return tuple(
        CauseOff(name, label, tuple(n for n, home in enumerate(homes) if home.cause != name))
        for name, label, *_ in CASTS
        if name
    )


def _world(chance: Random, number: int) -> OneOfMany:
    fans = round(number * SAID / 6 * 0.85)
    children = round((6 - number) * SAID / 6 * 0.8)
    casts = [CASTS[1]] * fans + [CASTS[0]] * children
    casts += [CASTS[3 + n % 6] for n in range(SAID - len(casts))]
    homes = tuple(
        HouseOfMany(
            cast[0],
            "".join(
                LETTERS[cast[3]] if n > 5 or chance.random() < 0.2 else "." for n in range(DAYS)
            ),
        )
        for cast in casts
    )
    labels = (
        "mostly children", "many children", "children and others", "an even mix", "others and fans", "many fans", "mostly fans",
    )  # fmt: skip
    return OneOfMany(
        label=labels[number], balance=(fans - children) / SAID, share_of_worlds=(7 - number) / 28, children=children, fans=fans,
        screens=sum(cast[0] == "public_screen" for cast in casts), same_person=fans, attended=fans + children // 3,
        nobody=max(0, SAID - fans - children), settings={}, homes=homes,
    )  # fmt: skip


def _causes() -> Causes:
    shares = (
        ShareOfCause("child_on_loop", "a child on a loop", 7.1, 3, 11),
        ShareOfCause("asleep_on_sofa", "somebody asleep on the sofa", 2.0, 0.5, 4),
        ShareOfCause("devoted_fan", "a devoted fan", 1.9, 0, 4),
        ShareOfCause("shared_account", "one account in several homes", 1.2, 0.2, 2.6),
        ShareOfCause("cat_on_remote", "a cat on the remote", 0.0, 0, 0),
        ShareOfCause("lost_events", "lost messages", -0.5, -1.2, 0),
    )
    sentence = (
        "Without any actor 0.7 accounts remain; a child on a loop adds 7.1; the cat is innocent."
    )
    return Causes(12.4, Ordinary(0.5, 0.2), shares, 940, 600, sentence)


def _predictive() -> Predictive:
    runs = (PredictedRun(7, 8, 210, 4_100, Points(2.0, 40.0, 900.0), 10, OF_PRIOR),)
    shares = (
        PredictedShare(
            "audience", "accounts with it on any of the 18 days", 0.01, 0.1, 0.28, OF_FEW, "nothing"
        ),
    )
    return Predictive(
        runs,
        shares,
        16,
        240,
        "Before the number is known, nine in ten worlds have 8 to 4,100 accounts.",
    )


def _inference(chance: Random) -> Inference:
    varied = (
        ("actors.child_on_loop.rate", "How many children want it again", 0.41),
        ("actors.devoted_fan.rate", "How many people are devoted", 0.23),
        ("actors.asleep_on_sofa.rate", "How often people fall asleep", 0.08),
        ("people.share_with_children", "Homes with small children", 0.03),
    )
    draws = tuple(sorted(int(min(53, max(0, chance.gauss(20, 14)))) for _ in range(200)))
    before = tuple(sorted(int(chance.lognormvariate(2.6, 1.4)) for _ in range(200)))
    viewers_before = tuple(sorted(int(chance.lognormvariate(1.6, 1.3)) for _ in range(200)))
    shares = (
        PosteriorShare("child_on_loop", "a child on a loop", 0.45, 0.05, 0.86),
        PosteriorShare("devoted_fan", "a devoted fan", 0.25, 0.01, 0.8),
        PosteriorShare("asleep_on_sofa", "somebody asleep on the sofa", 0.1, 0, 0.3),
    )
    errors = Points(0.4, 2.5, 1.5)
    given = Given(
        daily_viewers=Spread(20, 2, 48, draws, errors),
        there_daily=Spread(34, 9, 53, tuple(min(53, one + 14) for one in draws), errors),
        missed=Spread(0, 0, 4, draws, errors),
        shares=shares,
    )
    return Inference(
        settings=tuple(
            VariedSetting(path, label, "share of homes", 0.01, 0.2, "guess", index, max(0, index - 0.1), index + 0.1, 0.0)
            for path, label, index in varied
        ),
        given=53,
        posterior=given,
        prior=Prior(14, 0, 420, before, 0.22, Spread(3, 0, 90, viewers_before, errors), errors),
        coverage=(Covered(0.5, 0.52, 0.45, 0.6), Covered(0.9, 0.91, 0.85, 0.95)),
        coverage_of_cause=CauseCovered("child_on_loop", "a child on a loop", (Covered(0.9, 0.88, 0.8, 0.93),)),
        calibration=_calibration(),
        effective=Effective(200.0, 50.0, 96, 11_520, 4_800, (OfHomes(1, Points(2, 18, 46), 24.0), OfHomes(2, Points(3, 22, 49), 26.0))),
        sensitivity=_sensitivity(),
        invented=Invented(0.004, 0.011, 0.35, 0.2, 1.3, 0.5, "An invented 53 would look the same: the number does not tell."),
        sentence="Given 53, between 2 and 48 of them are one person who sat through it every day.",
    )  # fmt: skip


def _calibration() -> Calibration:
    held = (Covered(0.5, 0.52, 0.45, 0.6), Covered(0.9, 0.91, 0.85, 0.95))
    return Calibration(
        planted=240, points=61,
        ranks=(RankHistogram("daily_viewers", "daily viewers", (24,) * 10, held), RankHistogram("child_on_loop", "a child on a loop", (24,) * 10, held)),
        given_leader=(GivenLeader("devoted_fan", "a devoted fan", 31, 9, (Covered(0.9, 0.42, 0.2, 0.66),)),),
        sentence="Intervals meant to hold the truth in 90 of 100 worlds hold it less often where the number is mostly a devoted fan.",
    )  # fmt: skip


def _sensitivity() -> Sensitivity:
    belief = Belief(
        "actors.devoted_fan.rate", "a devoted fan: how common", "share of homes", "guess", 0.38, 0.04, Points(1e-6, 1e-5, 1e-4),
        Points(3e-6, 2e-5, 2e-4), (0.02, 0.03, 0.05, 0.07, 0.09, 0.11, 0.13, 0.15, 0.17, 0.18), Points(0, 2, 6), Points(8, 30, 50),
    )  # fmt: skip
    rates = tuple(
        RatePrior(belief.path, belief.label, times, 1e-6, 1e-4 * times, Points(0, 2 + times, 12 + times / 2), 20.0)
        for times in (0.1, 1.0, 10.0, 100.0)
    )  # fmt: skip
    return Sensitivity(
        (belief,),
        rates,
        ("people.countries",),
        "The guess that moves the answer most is “a devoted fan: how common”.",
    )


def _alternatives() -> Alternatives:
    return Alternatives(
        count=5200, low=4100, high=6400, headline=400, without_fans=5100,
        by_days=tuple(OfLength(n, int(2600 * 0.8 ** (n - 3))) for n in range(3, 22)),
        examples=("37 accounts watched The Crown on 9 days in a row", "61 profiles watched Stranger Things on 12 days", f"44 accounts watched {EVIL} on 7 days"),
        definitions=36, simulated=9_000,
        sentence="The same log holds about 5,200 numbers from 20 to 100 that could have been tweeted, and 5,100 in a world without fans.",
    )  # fmt: skip


def _disclosure() -> Disclosure:
    noise = tuple(
        Noisy(epsilon, 1 / epsilon, 53 - half, 53 + half, f"With epsilon {epsilon} the released number lies within {half} of 53.")
        for epsilon, half in ((0.1, 30), (1, 3), (10, 0))
    )  # fmt: skip
    return Disclosure(
        tuple(MinimumCell(rule, passes=True) for rule in (3, 5, 11, 20)),
        noise,
        Neighbour(
            3, 51, 53, "A neighbour who knows three of their evenings singles out 51 of the 53."
        ),
        "As a count it passes every rule of a minimum cell; as a group of homes it hides nobody from a neighbour.",
    )


def _knowledge() -> Knowledge:
    return Knowledge(
        known=(
            KnownFact(
                "The film was released on 17 November 2017.", "X03", "https://example.org/release"
            ),
            KnownFact("It runs for 93 minutes.", "X04", "javascript:alert(1)"),
        ),
        assumed=(
            Assumed(
                "How many children want the same film again.",
                "actors.child_on_loop.rate",
                "guess",
                "0.01 to 0.2",
            ),
            Assumed(
                "How many people are devoted.", "actors.devoted_fan.rate", "guess", "0.001 to 0.05"
            ),
            Assumed("How many hours an account plays.", "viewing.hours", "S04", "1.1 to 1.5"),
        ),
        unknowable=(
            Unknowable("Whether there were 53."),
            Unknowable("What “watched” meant in the query."),
            Unknowable("Whether anybody sat there."),
        ),
    )
