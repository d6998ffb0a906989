"""One household told: what its story holds, how it is summed up, what it teaches, and how it looks."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from functools import cache
from html import escape
from html.parser import HTMLParser
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from commands import Told
from commands import run as command
from hypothesis import given
from hypothesis import strategies as st
from strategies import FEW
from typer.testing import CliRunner

from synthview import generate
from synthview.cli import app
from synthview.cli.timeline import tell
from synthview.errors import InputError
from synthview.explain import (
    Chapter,
    Play,
    Story,
    acts,
    chapters,
    close_story,
    household_of_account,
    household_of_cast,
    household_of_play,
    point,
    story,
    summary,
    words,
)  # fmt: skip
from synthview.explain.closeup import Fact
from synthview.explain.page import render
from synthview.explain.strips import happened, lanes, logged
from synthview.pipeline import build, titles, window_of
from synthview.registry import installed
from synthview.scenario import Scenario, load
from synthview.sinks.text import encode_ids

BUSY = {
    "actors.cat_on_remote.rate": 0.5, "actors.child_on_loop.rate": 0.6, "actors.asleep_on_sofa.rate": 0.3,
    "actors.reseller.rate": 0.1, "actors.stream_errors.rate": 0.05, "actors.vpn_user.rate": 0.2,
    "faults.late_arrivals.rate": 0.5, "faults.blocked_telemetry.rate": 0.3, "faults.clock_skew.rate": 0.3,
}  # fmt: skip
HOMES, DAYS, BUSIEST, IDLE = 12, 6, 9, 1


@cache
def busy(**changes: Any) -> Scenario:
    """A small world in which actors and faults are busy."""
    sized = {
        "catalogue.film_count": 300,
        "catalogue.series_count": 80,
        "run.warm_up_days": 4,
        "run.days": DAYS,
    }
    return load("christmas-prince", installed(), BUSY | sized | {"run.households": HOMES} | changes)


@cache
def told(number: int) -> Story:
    """The story of one of its households."""
    return story(busy(), number)


@cache
def of_the_zoo(name: str) -> Story:
    """The story of the household of the zoo in which an actor or fault lives."""
    zoo = load("zoo", installed())
    return story(zoo, household_of_cast(zoo, name))


@cache
def whole_run() -> Any:
    """The same world as a run of all households."""
    return generate(busy())


# --- What a story holds -----------------------------------------------------------------------------------------------


@pytest.mark.slow
@FEW
@given(st.integers(0, HOMES - 1))
def test_a_story_is_the_run_of_that_household(number: int) -> None:
    """The plays of a story, and what the log has of them, are those of a run of the whole world."""
    run, mine = whole_run(), told(number)
    account = int(mine.account)
    assert household_of_account(busy(), account) == number
    truth = run.truth.plays.filter(pl.col("account_id") == account)
    by_id = {one.play_id: one for one in (*mine.eve, *mine.plays)}
    begun = truth.filter(~pl.col("began_before"))
    for play, played, attended in begun.select("play_id", "played_ms", "attended_ms").iter_rows():
        assert (by_id[play].played_ms, by_id[play].attended_ms) == (played, attended)
    assert len(by_id.keys() - set(truth["play_id"])) <= 1
    rows = dict(
        run.log.plays.filter(pl.col("account_id") == account)
        .select("play_id", "watched_ms")
        .iter_rows()
    )
    mine_in_files = {
        key: one.logged.watched_ms
        for key, one in by_id.items()
        if one.logged and one.logged.is_in_run
    }
    assert {key: rows[key] for key in rows.keys() & by_id.keys()} == mine_in_files
    assert {household_of_play(busy(), key) for key in by_id} <= {number}


@pytest.mark.slow
def test_what_comes_late_is_waited_for() -> None:
    """A play whose messages lie in a queue past the last day is told as late, not as missing."""
    late = busy(
        **{
            "faults.late_arrivals.rate": 1.0,
            "faults.late_arrivals.hours": 100,
            "faults.blocked_telemetry.rate": 0,
            "people.sign_up_days": 0,
            "routines.on_the_move": 0.5,  # only phones and tablets have a queue
        }
    )
    plays = [one for number in range(5, 12) for one in story(late, number).plays]
    after = [one for one in plays if one.logged and not one.logged.is_in_run]
    assert len(after) > 5
    assert [
        one.play_id
        for one in plays
        if one.logged is None and not any(m.change == "lost" for m in one.mishaps)
    ] == []


def test_titles_that_are_asked_for_are_those_of_the_whole_list() -> None:
    """Naming a few titles gives the rows that naming all of them gives."""
    world, window = build(busy()), window_of(busy())
    every = titles(world, window)
    wanted = every["title_id"].gather_every(97)
    assert titles(world, window, wanted.to_numpy()).equals(
        every.filter(pl.col("title_id").is_in(wanted.implode()))
    )


@pytest.mark.slow
def test_two_people_of_an_age_are_told_apart() -> None:
    """No two people of a story go by one name."""
    for number in range(HOMES):
        names = [one.name for one in told(number).people]
        assert sorted(set(names)) == sorted(names)


@pytest.mark.slow
def test_strangers_are_told_with_who_brought_them() -> None:
    """Those who live elsewhere are listed by the actor that brought them."""
    resold = of_the_zoo("reseller")
    assert list(resold.elsewhere) == ["reseller"]
    assert all(name.endswith(", elsewhere") for name in resold.elsewhere["reseller"])


# --- Summed up --------------------------------------------------------------------------------------------------------


def _plays_of(chapter: Chapter) -> list[Play]:
    return [play for one in (chapter, *chapter.alike) for play in one.plays]


@FEW
@given(st.integers(0, HOMES - 1))
def test_every_play_is_told_once(number: int) -> None:
    """Chapters hold each day once, and runs each play once, in order."""
    one = told(number)
    found = list(chapters(one))
    days = [day.day for chapter in found for day in (chapter, *chapter.alike)]
    assert len(days) == (one.end - one.first).days == len(set(days))
    assert days == sorted(days)
    assert sorted(play.play_id for play in chain(*map(_plays_of, found))) == sorted(
        play.play_id for play in one.plays
    )
    for chapter in found:
        assert [run.start for run in chapter.runs] == sorted(run.start for run in chapter.runs)


@FEW
@given(st.integers(0, HOMES - 1))
def test_strips_hold_what_happened(number: int) -> None:
    """Bars lie within their day, those of a lane apart; together they are as long as the plays."""
    one = told(number)
    for chapter in chapters(one):
        for bars in (happened(one, chapter.day), logged(one, chapter.day)):
            assert all(0 <= bar.from_min <= bar.to_min <= 1440 for bar in bars)
            assert sum(map(len, lanes(bars))) == len(bars)
            for lane in lanes(bars):
                assert all(left.to_min <= right.from_min for left, right in pairwise(lane))
    inside = [play for play in one.plays if play.end.date() < one.end and play.presence != "failed"]
    minutes = {play.play_id: 0.0 for play in inside}
    for day in (day.day for chapter in chapters(one) for day in (chapter, *chapter.alike)):
        for bar in happened(one, day):
            if bar.play.play_id in minutes:
                minutes[bar.play.play_id] += bar.to_min - bar.from_min
    for play in inside:
        assert minutes[play.play_id] == pytest.approx((play.end - play.start).total_seconds() / 60)


def test_days_that_are_alike_are_told_once() -> None:
    """A rig that plays the same title at the same hours is one chapter, with all its days."""
    first, *others = chapters(of_the_zoo("monitor_probe"))
    assert len(first.alike) >= 15
    assert {run.first.causes for chapter in (first, *others) for run in chapter.runs} == {
        ("monitor_probe",)
    }


def test_episodes_in_a_row_are_one_line() -> None:
    """Several episodes of a sitting are counted, and their time is added."""
    runs = [
        run
        for chapter in chapters(of_the_zoo("asleep_on_sofa"))
        for run in chapter.runs
        if len({one.title for one in run.plays}) > 2  # one episode again and again is told as such
    ]
    assert runs
    for run in runs:
        assert f"{len({one.title for one in run.plays})} episodes" in run.title
        assert run.played_ms == sum(one.played_ms for one in run.plays)


# --- What it teaches --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "lesson"),
    [
        ("child_on_loop", r"In truth it was child \d+.*, who attended .* of "),
        ("asleep_on_sofa", r"ran with nobody attending \(asleep on sofa"),
        ("cat_on_remote", r"ran with nobody attending \(cat on remote"),
        ("background_tv", r"ran with nobody attending \(background tv"),
        ("empty_room_protest", r"ran with nobody attending \(empty room protest"),
        ("reseller", r"every day of the 18\. In truth it was adult \d+( [A-Z])?, elsewhere"),
        ("shared_account", r"who do(es)? not live there"),
        ("devoted_fan", r"In truth it was .*, who attended it throughout"),
        ("public_screen", r"it ran for whoever was in the (bar|shop|waiting room)"),
        ("monitor_probe", r"every day of the 18\. In truth nobody was there, not once"),
        ("vpn_user", r"The log places \d+ plays? in .*; nobody left home \(vpn user\)"),
        ("stream_errors", r"never began.*counts the tries as well"),
        ("misclick", r"shorter than two minutes \(misclick"),
        ("autoplay_previews", r"shorter than two minutes \(autoplay previews"),
        ("blocked_telemetry", r"The log lacks \d+ of \d+ plays, .* \(blocked telemetry\)"),
        ("clock_skew", r"The log dates \d+ of \d+ plays up to .* \(clock skew\)"),
        ("local_time_as_utc", r"The log dates \d+ of \d+ plays up to \d+ h.* \(local time as utc\)"),
        ("missing_ends", r"does not know how \d+ plays? ended \(missing ends\)"),
        ("doubled_events", r"arrived twice; the messages show it"),
        ("reordered_events", r"overtook others; the messages show it"),
    ],
)  # fmt: skip
def test_each_household_of_the_zoo_has_its_point(name: str, lesson: str) -> None:
    """The closing sentences say what that actor or fault made of the log, and the actor is introduced."""
    one = of_the_zoo(name)
    assert re.search(lesson, " ".join(point(one))), point(one)
    (act,) = [act for act in acts(one) if act.name == name]
    assert act.manual
    assert act.did != "nothing in these days"


@pytest.mark.slow
def test_a_log_that_is_right_is_said_to_be() -> None:
    """Where no actor and no fault had a part, and nobody dozed off or lost patience, the story says so."""
    calm = {"run.households": 20, "people.sign_up_days": 0, "player.patience_seconds": 600}
    quiet = load("quiet", installed(), calm)
    closing = [point(one) for one in (story(quiet, number) for number in range(4)) if one.plays]
    assert closing
    right = [lines for lines in closing if lines[0].startswith("Here the log tells it as it was")]
    assert len(right) * 2 > len(closing)


@pytest.mark.slow
def test_lessons_follow_from_the_numbers() -> None:
    """A play has a lesson exactly where its row in the log is off, by what is told of it."""
    seen = set()
    for play in (one for number in range(HOMES) for one in told(number).plays):
        (run,) = [run for chapter in chapters(told(household_of_play(busy(), play.play_id)))
                  for day in (chapter, *chapter.alike) for run in day.runs if play in run.plays]  # fmt: skip
        is_right = (
            play.logged is not None
            and play.presence == "there"
            and abs(play.logged.off_ms) < 120_000
        )
        if len(run.plays) == 1 and not is_right:
            assert run.lessons
            seen.add("wrong")
        if (
            len(run.plays) == 1
            and is_right
            and not play.mishaps
            and play.logged
            and not play.logged.abroad
        ):
            assert not [one for one in run.lessons if "after the last of these days" not in one]
            seen.add("right")
    assert seen == {"wrong", "right"}


def test_nothing_played_is_a_story_too() -> None:
    """A household without any play is told without a strip and without a lesson."""
    one = told(IDLE)
    assert (one.plays, point(one)) == ((), [])
    assert "nothing was played" in summary(one)
    assert "nothing was played" in render(one)


# --- One play ---------------------------------------------------------------------------------------------------------


def test_a_play_is_told_from_close_by() -> None:
    """Its facts stand beside what the log says, its messages are those of the run, and its day is around it."""
    chosen = next(
        one for one in told(BUSIEST).plays if one.logged and one.mishaps and one.logged.is_in_run
    )
    around, closeup = close_story(busy(), chosen.play_id)
    assert closeup.play == chosen
    assert {one.day for one in around.plays} == {chosen.day}
    assert chosen in around.plays
    facts = {one.name: one for one in closeup.facts}
    assert facts["title"].happened == chosen.title
    sent = whole_run().log.events.filter(pl.col("play_id") == chosen.play_id)
    assert facts["messages"].logged == f"{sent.height:,} received"
    assert sum(
        int(one.what.split()[0]) if one.what[0].isdigit() else 1 for one in closeup.messages
    ) == (sent.height + sum(one.messages for one in chosen.mishaps if one.change == "lost"))


@pytest.mark.parametrize(
    ("name", "befell"),
    [
        ("lost_events", "never arrived: lost events"), ("doubled_events", "again"), ("clock_skew", "dated "),
        ("late_arrivals", " late"), ("blocked_telemetry", "never arrived: blocked telemetry"),
    ],
)  # fmt: skip
def test_what_befell_a_message_is_told(name: str, befell: str) -> None:
    """Each message of a play that a fault touched says what became of it."""
    chosen = next(
        one for one in of_the_zoo(name).plays if any(mishap.fault == name for mishap in one.mishaps)
    )
    _, closeup = close_story(load("zoo", installed()), chosen.play_id)
    assert any(befell in one.befell for one in closeup.messages)


def test_a_page_that_cannot_be_written_is_told_before_any_work(tmp_path: Path, told: Told) -> None:
    """A folder that is not there was not removed meanwhile."""
    place = tmp_path / "nowhere" / "home.html"
    code, _, err = told("explain", "zoo", "--household", "3", "--html", str(place))
    assert code == 3
    assert f"there is no directory {place.parent}" in err


def test_a_play_that_is_not_there_is_refused() -> None:
    """An id of no play, and a play outside the days, are one sentence that says what may be wrong."""
    play = told(BUSIEST).plays[-1]
    for wrong in (play.play_id ^ 1, 123):
        with pytest.raises(InputError, match="There is no play"):
            close_story(busy(), wrong)
    with pytest.raises(InputError, match="There is no play"):
        close_story(load(busy(), installed(), {"run.days": 1}), play.play_id)


# --- How it looks -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [50, 80, 100, 120, 200])
@pytest.mark.parametrize("name", ["child_on_loop", "reseller", "public_screen"])
def test_a_terminal_of_any_width_is_not_overrun(
    name: str, width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No line is wider than the terminal, every day has its two strips, and the point closes the story."""
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    one = of_the_zoo(name)
    tell(one)
    shown = capsys.readouterr().out
    lines = re.sub(r"\x1b\[[0-9;]*m", "", shown).splitlines()
    assert "\x1b[" in shown
    assert max(map(len, lines)) <= width
    strips = [line for line in lines if re.match(r"  (the log|happened) +[·▬█▒░◆]{24,72}  ", line)]
    assert len(strips) == 2 * sum(bool(chapter.runs) for chapter in chapters(one))
    assert "What to take from it" in lines


@pytest.mark.slow
def test_a_pipe_gets_whole_lines() -> None:
    """Without a terminal there is no colour, and a run is one line however long its title."""
    done = command("explain", "zoo", "--household", "child_on_loop", COLUMNS="40").stdout
    assert "\x1b" not in done
    for run in (run for chapter in chapters(of_the_zoo("child_on_loop")) for run in chapter.runs):
        (line,) = [line for line in done.splitlines() if f"{run.title}, {run.first.device}" in line
                   and line.strip().startswith(f"{run.start:%H:%M}") and run.logged in line]  # fmt: skip
        assert run.viewers in line
        assert all(
            f"; {lesson[0].lower()}{lesson[1:].rstrip('.')}" in line for lesson in run.lessons
        )


class _Page(HTMLParser):
    """What a page says, which tags it has, and whether each is closed."""

    VOID = frozenset({"meta", "br"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.said = ""
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        self.links += [
            str(value)
            for name, value in attrs
            if name in ("src", "href", "action", "data", "srcset")
        ]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.said += data


@pytest.mark.parametrize(
    "name",
    ["child_on_loop", "asleep_on_sofa", "reseller", "public_screen", "clock_skew", "misclick"],
)
def test_a_page_stands_alone(name: str) -> None:
    """The page has no script and loads nothing, closes every tag, and tells every run and the point."""
    one = of_the_zoo(name)
    page = _Page(render(one))
    assert page.open == []
    assert page.links == ["#days"]
    assert {"script", "link", "img", "iframe"} & set(page.tags) == set()
    assert page.tags.count("h1") == 1
    assert "default-src 'none'" in render(one)
    assert "url(" not in render(one)
    for chapter in chapters(one):
        assert all(run.title in page.said and run.logged in page.said for run in chapter.runs)
    assert all(line in page.said for line in point(one))
    assert "nobody here is real" in page.said


def test_a_page_escapes_what_it_shows() -> None:
    """A title called <script> is text, on the page of a household and on that of a play."""
    name = """<script>alert("1")</script> & 'Co'"""
    around, closeup = close_story(busy(), told(BUSIEST).plays[-1].play_id)
    odd = replace(
        around, plays=tuple(replace(play, title=name, work=name) for play in around.plays)
    )
    page = _Page(render(odd, replace(closeup, facts=(Fact(name, name, name),), play=odd.plays[-1])))
    assert "script" not in page.tags
    assert page.said.count(name) >= 4


@pytest.mark.slow
def test_a_page_is_written_and_printed(tmp_path: Path) -> None:
    """`--html` writes the page into a file or, as -, to the standard output; --play puts the play into it."""
    path = tmp_path / "home.html"
    one = next(
        one
        for one in (story(load("tiny", installed()), number) for number in range(20))
        if one.plays
    )
    home = ("tiny", "--household", f"{one.household}")
    assert _shown(*home, "--html", str(path)).startswith(f"Wrote {path}. From 2017")
    assert _shown(*home, "--html", "-") == path.read_text("utf-8") == render(one)
    play = f"p{one.plays[0].play_id}"
    assert "One play: " in _shown("tiny", "--play", play, "--html", "-")
    assert "Its messages" in _shown("tiny", "--play", play)


@pytest.mark.slow
def test_ids_may_be_typed_as_files_have_them() -> None:
    """An id is a number in Parquet, and text in CSV and NDJSON: each names the same play and the same account."""
    one = next(
        one
        for one in (story(load("tiny", installed()), number) for number in range(20))
        if one.plays
    )
    for option, number, prefix in (
        ("--play", one.plays[0].play_id, "p"),
        ("--account", int(one.account), "a"),
    ):
        (text,) = encode_ids(pl.Series([number]), prefix)
        shown = [
            _shown("tiny", option, stated)
            for stated in (f"{prefix}{number}", f"{number}", text, f" {text} ")
        ]
        assert len(set(shown)) == 1


def _shown(*words_: str) -> str:
    done = CliRunner().invoke(app, ["explain", *words_], catch_exceptions=False)
    assert done.exit_code == 0
    return str(done.stdout)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("tiny",), "needs one of"), (("tiny", "--household", "1", "--play", "p1"), "needs one of"),
        (("tiny", "--household", "20"), "no such household"), (("tiny", "--household", "-1"), "a whole number from 0 to"),
        (("zoo", "--household", "reseler"), "Did you mean 'reseller'"),
        (("tiny", "--household", "reseller"), "--cast reseller=1"),
        (("tiny", "--play", "x1"), "a whole number such as 123"), (("tiny", "--account", "a1"), "There is no account a1"),
        (("tiny", "--play", "p_4tr43"), "in CSV and NDJSON p_ and 13 letters or digits"),
        (("tiny", "--play", "a_0000000000001"), "a whole number such as 123"), (("tiny", "--play", "p1"), "There is no play 1 in"), (("tiny", "--account", "a²"), "a whole number such as 123"),
        (("tiny", "--household", "3", "--drop-household", "3"), "is left out of this world"),
    ],
)  # fmt: skip
def test_what_cannot_be_told(asked: tuple[str, ...], said: str) -> None:
    """A mistake is one sentence that says what is wrong."""
    with pytest.raises(InputError, match=re.escape(said)):
        CliRunner().invoke(app, ["explain", *asked], catch_exceptions=False)


def test_a_page_that_cannot_be_written() -> None:
    """A place that is not there is told with its exit code, without a traceback."""
    told_ = command("explain", "tiny", "--household", "3", "--html", "no/where.html", expect=3)
    assert "no/where.html" in told_.stderr


# --- Words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "wanted"),
    [
        (words.length(24_900), "24 s"), (words.length(88 * 60_000), "88 min"), (words.length(6_360_000), "1 h 46 min"),
        (words.length(59_999), "59 s"), (words.shift(-4_000), "4 s"), (words.shift(90_000), "1 min"),
        (words.shift(3 * 3_600_000), "3 h"), (words.shift(4_860_903), "1 h 21 min"), (words.shift(90 * 3_600_000), "4 days"),
        (words.shift(-66_000_000_000), "2.1 years"), (words.counted(1, "person", "people"), "1 person"),
        (words.counted(1200, "play"), "1,200 plays"), (words.listed(["a", "b", "c"]), "a, b and c"),
        (words.listed(list("abcd"), 2), "a, b and 2 more"), (words.listed([]), ""), (words.times(2), "twice"),
        (words.country("SG"), "Singapore"), (words.place("SG", "Singapore"), "Singapore"),
    ],
)  # fmt: skip
def test_lengths_and_counts_read_well(shown: str, wanted: str) -> None:
    """Numbers are told as people say them."""
    assert shown == wanted


def test_every_country_has_a_name() -> None:
    """No country of the simulation is told by its code."""
    from synthview.tables import COUNTRIES

    assert [code for code in COUNTRIES if words.country(code) == code] == []


# --- Who of the staff looked ------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_who_looked_is_what_the_company_logged() -> None:
    """The looks at an account are those of a run of all homes, with their rows, and told with what they were."""
    changes = {
        "run.start": "2017-12-10", "run.days": 3, "run.epoch": "2017-12-08", "run.warm_up_days": 2,
        "curious_employee.rate": 0.5, "emailed_spreadsheet.rate": 0.05,
    }  # fmt: skip
    company = busy(**changes)
    run = generate(company, tables="*.accesses")
    looks = run.log.accesses.join(run.truth.accesses, on="access_id")
    most = looks["account_id"].drop_nulls().mode().sort()[0]
    mine = story(company, household_of_account(company, most))
    assert mine.onlookers is not None
    theirs = looks.filter(pl.col("account_id") == most).sort("accessed_at")
    assert len(theirs) > 3
    seen = [(one.rows, one.tool, one.why) for one in mine.onlookers.by_name]
    assert seen == theirs.select("rows_touched", pl.col("tool").cast(pl.String), "what").rows()
    dumps = looks.filter(pl.col("insider") == "emailed_spreadsheet").height
    among = dict(mine.onlookers.among_others)
    assert among.keys() == {"emailed_spreadsheet"}
    assert 0 < among["emailed_spreadsheet"] <= dumps
    page = render(mine)
    for one in mine.onlookers.by_name:
        assert escape(one.who) in page
        assert one.happened in page
