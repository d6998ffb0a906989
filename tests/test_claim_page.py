"""The page of a claim is one file made from its JSON: nothing from elsewhere, nothing that breaks out, nothing left over."""

from __future__ import annotations

import base64
import gzip
import hashlib
import html as html_module
import json
import re
import struct
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import fake_claim
import pytest
from documented import page_module
from hypothesis import given
from hypothesis import strategies as st

from synthview.claims import page as claim_page
from synthview.claims.answer import Answer, NotTold
from synthview.claims.counting.sql import query
from synthview.claims.page.calendar import COLUMNS, LETTERS, STATES, place
from synthview.claims.page.dots import stack
from synthview.claims.page.homes import VERDICTS, street
from synthview.claims.page.scenes import SCENES
from synthview.claims.page.year import months_lit
from synthview.claims.question import Question, ask
from synthview.claims.sections.doors import first_child, story_of
from synthview.claims.shipped import shipped
from synthview.claims.study import Effort, Study
from synthview.claims.written import as_dict, read
from synthview.engines.local import available_workers
from synthview.errors import InputError
from synthview.registry import installed
from synthview.scenario import load
from synthview.wording import about, day, figure, percent, rarely, short, spelt

OPTIONAL = sorted(fake_claim.answer().found.keys() - {"number"})


def render(told: dict[str, Any]) -> str:
    """The page of an answer's JSON."""
    return claim_page.render(read(told))


def picture(told: dict[str, Any]) -> bytes:
    """The picture of an answer's JSON."""
    return claim_page.picture(read(told))


@cache
def page() -> str:
    """The page of the whole example."""
    return render(fake_claim.claim())


@pytest.fixture
def charts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw each chart once for all pages: they do not depend on the parts that these tests take away."""
    from synthview.claims.page import assembly

    draw = assembly._both

    @cache
    def once(chart: Any) -> Any:
        return draw(fake_claim.answer(), chart)

    monkeypatch.setattr(
        assembly, "_both", lambda told, chart: once(chart) if told.of(chart.kind) else None
    )


def scenes(html: str) -> list[str]:
    """The names of the scenes of a page, in their order."""
    return re.findall(r'<section class="scene[^"]*" id="(?:scene-)?([\w-]+)"', html)


def inside(html: str, tag: str) -> list[str]:
    """What stands between each start and end of an element that carries no attributes."""
    return re.findall(f"<{tag}>(.*?)</{tag}>", html, flags=re.DOTALL)


# --- One file, from nowhere else ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_nothing_is_loaded_from_anywhere() -> None:
    """No element of the page loads anything: no source, no style sheet, no import, no address in a style."""
    html = page()
    assert re.findall(r"<(?:link|img|iframe|object|embed|video|audio|base)\b", html) == []
    assert re.findall(r"\ssrc=", html) == []
    assert re.findall(r"url\(|@import", inside(html, "style")[0]) == []
    assert (
        re.findall(
            r"\b(?:fetch|XMLHttpRequest|WebSocket|sendBeacon|importScripts|eval)\b",
            inside(html, "script")[0],
        )
        == []
    )


def test_the_page_forbids_all_but_its_own_style_and_script() -> None:
    """The policy names the digests of the one style and the one script, and nothing is allowed from elsewhere."""
    html = page()
    policy = re.findall(r'Content-Security-Policy" content="([^"]*)"', html)[0].replace(
        "&#39;", "'"
    )

    def digest(text: str) -> str:
        return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

    style, script = inside(html, "style"), inside(html, "script")
    assert (len(style), len(script)) == (1, 1)
    assert policy.split("; ") == [
        "default-src 'none'", f"style-src 'sha256-{digest(style[0])}'", f"script-src 'sha256-{digest(script[0])}'",
        "img-src data:", "base-uri 'none'", "form-action 'none'",
    ]  # fmt: skip
    assert re.findall(r'\sstyle="|\son\w+="', html) == []


@pytest.mark.slow
def test_the_same_json_gives_the_same_page() -> None:
    """The page is a function of its JSON: no date, no chance, no order that differs."""
    assert render(json.loads(json.dumps(fake_claim.claim()))) == page()


def embedded(html: str) -> dict[str, Any]:
    """The JSON inside a page, with the words that its script needs."""
    packed = re.findall(r'<script type="application/gzip" id="told">([\w+/=]*)</script>', html)[0]
    told: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(packed)))
    return told


def test_the_page_holds_every_figure_that_it_was_made_from() -> None:
    """The JSON inside the page is the one it was made from; only the files to save stand elsewhere."""
    told = embedded(page())
    words = told.pop("words")
    expected = fake_claim.claim()
    del expected["downloads"]
    assert told == expected
    assert words["letters"] == LETTERS


def test_the_files_to_save_are_what_the_json_says() -> None:
    """Each link to save holds its text whole, character for character."""
    found = re.findall(
        r'download="([\w.]+)" href="data:[\w/]+;(?:charset=utf-8;)?base64,([^"]*)"', page()
    )
    kept = fake_claim.claim()["downloads"]
    saved = {name: base64.b64decode(text) for name, text in found}
    assert gzip.decompress(saved.pop("log.csv.gz")).decode() == kept["log_csv"]
    assert {name: text.decode() for name, text in saved.items()} == {
        "query.sql": kept["sql"],
        "answers.csv": kept["answers_csv"],
    }
    assert kept["command"] in page()


# --- Nothing breaks out -------------------------------------------------------------------------------------------------


def test_a_profile_called_script_stays_a_name() -> None:
    """A name that is markup appears as its own characters, wherever it stands."""
    html = page()
    assert fake_claim.EVIL not in html
    assert html.count("<script") == 2
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_an_address_that_does_something_is_no_link() -> None:
    """Sources that are web pages are linked; anything else that calls itself an address is not."""
    assert re.findall(r'href="(?!#|data:|https://example\.org)([^"]*)"', page()) == []
    assert 'href="https://example.org/release"' in page()


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        fake_claim.EVIL,
        '"><img src=x onerror=alert(1)>',
        "{{ 7 * 7 }}",
        "</script><!--",
        pytest.param("\u2028'`${1}", marks=pytest.mark.long),
        pytest.param("-->]]>", marks=pytest.mark.long),
    ],
)
def test_any_text_may_be_evil(text: str, charts_once: None) -> None:
    """Whatever the words of the JSON are, the page has the same elements as with harmless words."""

    def poisoned(one: Any) -> Any:
        if isinstance(one, dict):
            return {key: poisoned(value) for key, value in one.items()}
        if isinstance(one, list):
            return [poisoned(value) for value in one]
        is_free = isinstance(one, str) and " " in one and not re.match(r"\d{4}-", one)
        return f"{text} {one}" if is_free else one

    def elements(html: str) -> Counter[str]:
        return Counter(
            re.findall(r"<[a-z]\w*", html.split('<script type="application/gzip"', maxsplit=1)[0])
        )

    told = fake_claim.claim()
    assert elements(render({**poisoned(told), "format": told["format"]})) == elements(render(told))


# --- What is not there --------------------------------------------------------------------------------------------------


def test_a_bare_claim_has_a_short_page() -> None:
    """Without homes and inference the page says the number, its definitions and how to get the rest."""
    html = render(fake_claim.plain())
    assert scenes(html) == ["tweet", "query", "why", "known"]
    assert "synthview claim christmas-prince --thorough" in html
    assert "gives <strong>12.4</strong>" in html


@pytest.mark.parametrize(
    ("told", "expected", "words"),
    [
        (
            fake_claim.mean(),
            ["tweet", "known"],
            ("gives <strong>58.3</strong>", "two minutes", "71.2"),
        ),
        (
            fake_claim.longest(),
            ["tweet", "holder", "known"],
            (
                "gives <strong>201</strong>",
                "a devoted fan",
                "512",
                "February 2017",
                "somebody asleep",
            ),
        ),
        (
            fake_claim.dataset(),
            ["tweet", "query", "why", "known"],
            ("the dataset “week” with its 2,000 accounts, gives <strong>3</strong>",),
        ),
    ],
    ids=["mean", "longest", "dataset"],
)
def test_other_answers_have_their_page(
    told: dict[str, Any], expected: list[str], words: tuple[str, ...]
) -> None:
    """A number of everybody, a maximum and a dataset on disk get the page that their JSON can fill."""
    html = render(told)
    assert scenes(html) == expected
    assert [one for one in words if one not in html] == []
    assert ("--thorough" in html.split("scene-known")[0]) == (
        told["claim"]["kind"] == "streak" and bool(told["scenario"]["seeds"])
    )
    assert picture(told)[:4] == b"\x89PNG"


def test_a_year_has_a_door_for_each_day() -> None:
    """The days of a record stand month by month: who was there, and closed doors where nobody was."""
    drawn = str(months_lit("p" * 31 + "z.", "2017-01-01"))
    assert drawn.count('class="closed"') == 33
    assert [drawn.count(f"#d-{state}") for state in ("person", "asleep", "none")] == [31, 1, 0]
    assert re.findall(r">(\w+)</text>", drawn) == ["Jan", "Feb"]


def test_the_whole_page_has_eleven_scenes() -> None:
    """Eleven scenes, in the order of the story."""
    assert scenes(page()) == [
        "tweet",
        "guess",
        "lights",
        "home",
        "detective",
        "query",
        "causes",
        "worlds",
        "why",
        "who-looked",
        "known",
    ]
    assert re.findall(r'<li><a href="#scene-([\w-]+)"', page()) == scenes(page())


TAKES_SCENES: dict[str, set[str]] = {
    "homes": {"guess", "lights", "home", "detective"},
    "detective": {"detective"},
    "who_looked": {"who-looked"},
    "definitions": {"query"},
}
"""The scenes that need a section; the page without any other section is made with `-m long`."""


@pytest.mark.slow
@pytest.mark.parametrize(
    "part",
    [
        pytest.param(part, marks=() if part in TAKES_SCENES else pytest.mark.long)
        for part in OPTIONAL
    ],
)
def test_any_part_may_be_missing(part: str, charts_once: None) -> None:
    """A page can be made without any one section, and what would have needed it is left out."""
    told = fake_claim.answer()
    html = claim_page.render(
        replace(told, found={name: one for name, one in told.found.items() if name != part})
    )
    assert scenes(html)[0] == "tweet"
    assert scenes(html)[-1] == "known"
    assert {"None", "Undefined"} & set(re.findall(r">\s*(\w+)\s*<", html)) == set()
    assert set(scenes(page())) - set(scenes(html)) == TAKES_SCENES.get(part, set())


@pytest.mark.slow
def test_a_world_may_have_no_home(charts_once: None) -> None:
    """Where nobody is in the number, the street is empty and the answer is none."""
    told = fake_claim.claim()
    told["world"] = {**told["world"], "homes": [], "causes_off": [], "ghosts": []}
    del told["detective"]
    html = render(told)
    assert 'In this world: <b class="truth">0</b>' in html


def test_several_claims_share_a_page() -> None:
    """Every name stands once, every link leads somewhere, and a fact that holds of both is said once."""
    plain = read(fake_claim.plain())
    knowing = replace(
        plain, found={**plain.found, "knowledge": fake_claim.answer().found["knowledge"]}
    )
    html = claim_page.render(knowing, knowing)
    names = re.findall(r'\sid="([^"]*)"', html)
    assert len(names) == len(set(names))
    assert set(re.findall(r'(?:href="#|aria-labelledby="|\sfor=")([^"]*)"', html)) <= set(names)
    assert html.count("<h3>Unknowable</h3>") == 1
    assert "is not said again" in html
    assert scenes(html)[:2] == ["cover", "tweet"]


def test_headings_go_down_one_by_one() -> None:
    """One heading of the first order, and none skips an order."""
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", page())]
    assert levels.count(1) == 1
    assert [(before, after) for before, after in pairwise(levels) if after > before + 1] == []


def test_no_name_stands_twice() -> None:
    """Every id of the page is there once."""
    names = re.findall(r'\sid="([^"]*)"', page())
    assert [name for name, count in Counter(names).items() if count > 1] == []


# --- Figures ------------------------------------------------------------------------------------------------------------


def test_the_doors_of_the_street_are_those_of_the_homes() -> None:
    """Every home of the JSON has its lit doors in the street, state by state, and a star if it was one person."""
    homes = fake_claim.claim()["world"]["homes"]
    lights = page().split('id="street"')[1].split("</ul>")[0]
    drawn = [
        Counter(re.findall(r'href="#d-(\w+)"', plot)) for plot in lights.split('class="plot"')[1:]
    ]
    assert drawn == [
        Counter(door["state"] for door in home["doors"] if door["state"] != "none")
        for home in homes
    ]
    assert lights.count('href="#star"') == sum(home["verdict"] == "same_person" for home in homes)
    assert lights.count('href="#empty-star"') == lights.count('href="#ring"') == 1


def test_who_came_closest_is_said_and_by_what() -> None:
    """Where one evening decides, the page names the home and the evening, rings its door, and says how many there are with one forgiven."""
    homes = fake_claim.answer().found["homes"].world.homes
    near = homes[fake_claim.BORDERLINE]
    told = street(homes)
    assert told.closest is not None
    assert (told.closest.home, told.closest.evenings, told.closest.of) == (near, 17, 18)
    assert told.forgiven == told.same_person + 1
    lights = scene_of(page(), "lights")
    assert f"With one evening forgiven: {told.forgiven}" in lights
    assert f"home {fake_claim.BORDERLINE + 1}</a>" in lights
    assert near.doors[-1].sentence in html_of(lights)
    nobody = [replace(home, verdict="somebody") for home in homes[:3]]
    assert street(nobody).verdicts[0] == (VERDICTS["same_person"], 0)


def scene_of(html: str, name: str) -> str:
    """One scene of a page."""
    return html.partition(f'id="scene-{name}"')[2].partition("</section>")[0]


def html_of(text: str) -> str:
    """Text of a page as it is read."""
    return html_module.unescape(re.sub(r"<[^>]+>", " ", text))


def test_nothing_is_told_before_the_lights() -> None:
    """No name of a house says what is behind its doors, and what would tell stands behind a scene that waits for the lights."""
    lights = scene_of(page(), "lights")
    labels = re.findall(r'aria-label="(Home [^"]*)"', lights)
    assert labels == [f"Home {number}" for number in range(1, len(labels) + 1)]
    for told in VERDICTS.values():
        for before in ("tweet", "guess"):
            assert told not in scene_of(page(), before)
    waiting = re.findall(r'<section class="scene behind-doors" id="scene-(\w+)"', page())
    assert waiting == ["home", "detective", "causes", "worlds"]


def test_the_list_of_scenes_has_their_headings() -> None:
    """What the list of scenes calls one is its heading."""
    html = page()
    listed = re.findall(r'<span class="step-title">([^<]*)</span>', html)
    headings = re.findall(r'<h2 id="title-[\w-]+">([^<]*)</h2>', html)
    assert listed[1:] == headings
    assert listed[0] == "A number"


def test_two_labels_tell_two_sorts_of_worlds_apart() -> None:
    """Every badge has one of two labels, and each scene with figures of worlds has one."""
    html = page()
    badges = re.findall(r'<p class="badge (\w+)"><span>([^<]*)</span>', html)
    assert set(badges) == {("before", "Before 53"), ("given", "Given 53")}
    for name in ("lights", "home", "detective", "query", "causes", "worlds", "why"):
        assert 'class="badge' in scene_of(html, name), name


def own_claim(said: float, *, high: float, left_out: str = "") -> Answer:
    """An answer about a number of one's own, without words or source; all was asked, and homes may be left out."""
    told = fake_claim.answer()
    said_by_nobody = replace(
        told.claim, name="my own", quote="", source="", source_text="", source_url="", said=said
    )
    number = replace(told.found["number"].number, low=0, high=high)
    kept = {
        name: one
        for name, one in told.found.items()
        if name not in {"homes", "inference", "detective"} or not left_out
    }
    why = NotTold(("inference", "world", "worlds"), left_out) if left_out else None
    return replace(told, claim=said_by_nobody, found={**kept, "number": replace(told.found["number"], number=number)}, left_out=why)  # fmt: skip


def test_a_number_out_of_reach_draws_nothing() -> None:
    """The page says that the service is too small, what to expect and why; no house, no guess, no invented truth."""
    html = claim_page.render(
        own_claim(120, high=3, left_out="None of 11,520 worlds prints 120: nothing is concluded.")
    )
    first = html_of(scene_of(html, "tweet"))
    assert "This service is too small for 120: expect 0 to 3." in " ".join(first.split())
    assert "nothing is concluded" in first
    assert scenes(html) == ["tweet", "query", "causes", "why", "who-looked", "known"]
    assert 'class="calendar"' not in html


@pytest.mark.slow
def test_a_claim_of_ones_own_is_nobodys_quotation() -> None:
    """Without words that somebody published there is no box for them, and no company said anything."""
    html = claim_page.render(own_claim(53, high=60))
    assert "<blockquote" not in html
    assert "A company said" not in html
    assert re.findall(r"<p(?: class=.[a-z ]+.)?>\s*</p>", html.split("<noscript>")[0]) == []
    assert b"PNG" in claim_page.picture(own_claim(53, high=60))


def test_the_home_to_open_first_is_a_childs() -> None:
    """Of several homes the first with a child behind most counted doors is opened; one child by chance does not count."""
    homes = fake_claim.answer().found["homes"].world.homes
    grown, child = homes[-1], homes[5]
    doors = tuple(
        replace(door, state="child") if number == 20 else door
        for number, door in enumerate(grown.doors)
    )
    assert first_child([replace(grown, doors=doors), child]) is child
    morning, evening = (
        replace(
            child,
            doors=tuple(
                replace(door, sentence=f"{hour}:30: a child of 4 was there.")
                for door in child.doors
            ),
        )
        for hour in ("07", "18")
    )
    assert first_child([evening, morning]) is morning
    assert first_child([grown]) is grown
    assert first_child([]) is None


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        ([7, 8, 10], "breakfasts"),
        ([7, 14, 16], "afternoons"),
        ([18, 20, 9], "evenings"),
        ([7, 12, 18], "days"),
    ],
)
def test_a_story_has_the_time_of_day(hours: list[int], told: str) -> None:
    """A child's breakfasts are called so if it watched in the morning on more than half of the days, else by their time."""
    door = fake_claim.answer().found["homes"].world.homes[0].doors[-1]
    begun = (replace(door.truth[0], start=f"2017-11-23T{hour:02}:15:00") for hour in hours)
    doors = [replace(door, counted=True, truth=(play,)) for play in begun]
    assert story_of("child_on_loop", doors) == f"3 identical ticks; one child’s {told}."


NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


def figures_of(part: Any) -> Iterator[str]:
    """Every number of a JSON as pages say it, and those inside its texts."""
    if isinstance(part, dict):
        for name, one in part.items():
            yield from NUMBER.findall(name)
            yield from figures_of(one)
    elif isinstance(part, list):
        yield str(len(part))
        for one in part:
            yield from figures_of(one)
    elif isinstance(part, str):
        yield from NUMBER.findall(part)
        if re.match(r"\d{4}-\d\d-\d\d", part):
            yield str(int(part[8:10]))
    elif part is not None and not isinstance(part, bool):
        for said in (figure, short, about, rarely, percent):
            yield from NUMBER.findall(said(part))


def counted_of(told: Answer) -> set[str]:
    """What a page counts itself: homes by what they are, doors by who was there, and the bins of its dots."""
    homes = told.found["homes"].world.homes
    seen, near = street(homes), street(homes).closest
    stacks = stack(told.found["definitions"].values)
    counts = [
        seen.all_doors,
        seen.forgiven,
        seen.same_person,
        seen.forgiven - seen.same_person,
        stacks.per_dot,
        len(SCENES),
    ]
    counts += [count for _, count in (*seen.verdicts, *seen.labels)]
    counts += [count for *_, count in seen.doors]
    counts += [near.evenings, near.of, near.place + 1, len(near.lacking) - 2] if near else []
    shown = len(told.found["knowledge"].assumed) - 1
    return {figure(one) for one in (*counts, shown)}  # fmt: skip


@pytest.mark.parametrize("which", ["made up", "shipped"])
def test_page_and_json_agree(which: str) -> None:
    """Every number that is read on the page is one of its JSON, said as pages say it, or a count of its homes and doors."""
    told = fake_claim.answer() if which == "made up" else shipped()[0]
    html = claim_page.render(told)
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", html, flags=re.DOTALL)
    guesses = {str(one) for one in range(int(told.claim.said) + 1)}
    spoken = {"70", "0.5", "1", "20", "100", "95"}  # in sentences of the templates
    known = {*figures_of(as_dict(told)), *counted_of(told), *guesses, *spoken}
    body = html_of(text.partition("<main>")[2].partition("</main>")[0])
    assert set(NUMBER.findall(body)) - known == set()
    assert re.findall(r"\d\.0*[1-9]\d{6,}", body) == []


@pytest.mark.slow
def test_no_figure_is_dust_or_nothing() -> None:
    """Figures of the JSON have at most 12 digits that mean something, and a rare guess has a range that is not 0."""
    told = fake_claim.answer()
    number = replace(told.found["number"].number, value=64773249.99999999)
    dusty = replace(
        told, found={**told.found, "number": replace(told.found["number"], number=number)}
    )
    assert as_dict(dusty)["number"]["value"] == 64773250.0
    assert [rarely(one) for one in (1e-6, 0.0351, 0, 12.4)] == ["0.000001", "0.035", "0", "12.4"]
    rare = replace(told.found["inference"].settings[0], low=1e-6, high=1e-4)
    found = replace(told.found["inference"], settings=(rare,))
    html = claim_page.render(replace(told, found={**told.found, "inference": found}))
    row = html.rpartition(rare.path)[2].partition("</tr>")[0]
    assert "<td>0.000001</td><td>0.0001</td>" in html_module.unescape(row)


def test_the_answer_is_counted_from_the_homes() -> None:
    """“In this world: N” is the number of homes that were one and the same person."""
    homes = fake_claim.claim()["world"]["homes"]
    same = sum(home["verdict"] == "same_person" for home in homes)
    assert f'In this world: <b class="truth">{same}</b>' in page()


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "0"), (53, "53"), (1234567, "1,234,567"), (12.4, "12.4"), (12.25, "12.3"), (2.0, "2"), (1.96, "2"), (0.5, "0.5"), (0.034, "0.03"),
     (-0.5, "−0.5"), (-0.001, "0"), (1e-9, "0"), (100.5, "101"), (99.96, "100")],
)  # fmt: skip
def test_a_number_has_as_many_digits_as_mean_something(value: float, said: str) -> None:
    """Numbers are said with thousands apart, few decimals and a real minus."""
    assert figure(value) == said


def test_numbers_dates_and_shares_in_words() -> None:
    """109 million, six, 23 November, 52 %."""
    assert [short(109_000_000), short(1_500_000_000), short(5200), short(0)] == [
        "109 million",
        "1.5 billion",
        "5,200",
        "0",
    ]
    assert [spelt(6), spelt(53), spelt(0)] == ["six", "53", "none"]
    assert [day("2017-11-23"), day("2017-12-10T07:00:00", year=True)] == [
        "23 November",
        "10 December 2017",
    ]
    assert percent(0.52) == "52\N{NO-BREAK SPACE}%"


@given(
    st.lists(
        st.floats(min_value=0, max_value=1e6) | st.integers(0, 60).map(float),
        min_size=1,
        max_size=300,
    )
)
def test_every_definition_has_its_dot(values: list[float]) -> None:
    """Stacks hold every definition once, in no more bins and dots than a reader can tell apart."""
    stacks = stack(values)
    held = Counter(int((value - stacks.low) // stacks.step) for value in values)
    assert [-(-held[one] // stacks.per_dot) for one in range(stacks.bins)] == list(stacks.heights)
    assert stacks.bins <= 61
    assert max(stacks.heights) <= 26
    assert stacks.low <= min(values) <= max(values) <= stacks.end


def test_averages_lie_in_finer_bins_than_counts() -> None:
    """Numbers between whole ones are told apart in quarters, where there is room; whole ones never are."""
    assert (stack([0.3, 6.7]).step, stack([0, 7]).step, stack([0.5, 40]).step) == (0.25, 1, 1)


def test_doors_lie_apart_in_a_house_of_any_size() -> None:
    """No two doors overlap, six to a floor."""
    places = [place(door) for door in range(48)]
    assert len(set(places)) == 48
    assert len({left for left, _ in places}) == COLUMNS
    tops = sorted({top for _, top in places})
    assert min(after - before for before, after in pairwise(tops)) >= 14


def test_each_state_has_its_own_shape() -> None:
    """States differ in shape and in colour, so that neither is needed alone."""
    drawn = dict(re.findall(r'<symbol id="d-(\w+)"[^>]*>(.*?)</symbol>', page()))
    assert drawn.keys() == STATES.keys() == set(LETTERS.values())
    assert len({re.sub("#[0-9a-f]{6}", "", shape) for shape in drawn.values()}) == len(STATES)
    assert len({re.findall('fill="(#[0-9a-f]{6})"', shape)[0] for shape in drawn.values()}) == len(
        STATES
    )


# --- The run that is shipped ---------------------------------------------------------------------------------------------


def test_the_page_of_the_documentation_is_of_the_shipped_run() -> None:
    """What stands in docs/53-people.html is, figure by figure, the run that demo shows."""
    html = (Path(__file__).parent.parent / "docs" / "53-people.html").read_text("utf-8")
    told, expected = embedded(html), as_dict(shipped()[0])
    del told["words"], expected["downloads"]
    assert told == expected


def test_the_shipped_run_names_no_machine() -> None:
    """Its command is one that anybody can type; what ships it leaves the folders of a machine out."""
    told = as_dict(shipped()[0])
    assert "/" not in told["command"]
    assert told["downloads"]["command"] == told["command"]
    ship = page_module("ship")
    typed = "synthview claim 'christmas prince' --thorough --json=/some/where/run.json --html ../page.html"
    made = as_dict(ship.portable(read({**fake_claim.claim(), "command": typed})))
    assert (
        made["command"]
        == "synthview claim 'christmas prince' --thorough --json=run.json --html page.html"
    )
    assert made["downloads"] == {**fake_claim.claim()["downloads"], "command": made["command"]}


def shipped_question(told: dict[str, Any], seed: int) -> Question:
    """The claim of the shipped run, asked of one of its worlds."""
    run = {"run.households": told["scenario"]["households"], "run.seed": seed}
    return ask(load(told["scenario"]["name"], installed(), run), told["claim"]["name"])


OF_AN_EARLIER_MODEL: set[str] = set()
"""Settings of a shipped run that the model has left behind; none, since it was made anew."""


SINCE_THEN: set[str] = set()
"""Sections that are newer than the run that is shipped."""


def test_the_shipped_run_is_of_known_settings() -> None:
    """Its scenario is the one that is installed or a named earlier one; all parts of a thorough answer are there."""
    told = as_dict(shipped()[0])
    today = shipped_question(told, 1).scenario.fingerprint()
    assert told["scenario"]["fingerprint"] in {today} | OF_AN_EARLIER_MODEL
    assert told["number"]["sql"] == query(shipped_question(told, 1))
    lacking = fake_claim.claim().keys() - told.keys() - SINCE_THEN
    assert told.keys() <= fake_claim.claim().keys()
    assert not lacking or told["scenario"]["fingerprint"] in OF_AN_EARLIER_MODEL
    assert told["world"]["chosen"]["has_one"] == any(
        home["cause"] == told["world"]["chosen"]["cause"] for home in told["world"]["homes"]
    )


@pytest.mark.slow
@pytest.mark.long
def test_the_shipped_run_counts_what_is_counted_today() -> None:
    """One of its worlds, looked over and simulated again, has as many in the number."""
    told = as_dict(shipped()[0])
    if told["scenario"]["fingerprint"] in OF_AN_EARLIER_MODEL:
        pytest.skip("the shipped run is of an earlier model, whose worlds are no longer made")
    seed = told["number"]["per_seed"][0]["seed"]
    asked = shipped_question(told, seed)
    counted = (
        Study(asked, Effort(workers=available_workers(), sample=100), lambda *_: None)
        .worlds[0]
        .counted
    )
    assert len(counted) == told["number"]["per_seed"][0]["value"]


# --- Refusals and the picture -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "told", [{}, {"format": "synthview-claim/9"}, {"format": "synthview-claim/3", "claim": {}}]
)
def test_other_json_is_refused(told: dict[str, Any]) -> None:
    """JSON of another format, or without its main parts, is refused with what to do."""
    with pytest.raises(InputError, match="synthview claim … --json FILE"):
        render(told)


@pytest.mark.parametrize("name", ["altair", "jinja2", "vl_convert"])
def test_a_missing_package_is_named_with_its_extra(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the extra, page and picture say how to get it."""
    monkeypatch.setitem(sys.modules, name, None)
    for make in (render, picture):
        with pytest.raises(InputError, match=r"pip install 'synthview\[claim\]'"):
            make(fake_claim.plain())


@pytest.mark.parametrize("option", ["html", "png"])
def test_a_missing_package_is_told_before_the_work(
    option: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The command line refuses a page or a picture that it could not make, before it makes a world."""
    from synthview.cli.claim_report import Places

    monkeypatch.setitem(sys.modules, "vl_convert", None)
    places: dict[str, Path | None] = {"html": None, "png": None, "json": None}
    with pytest.raises(InputError, match=r"pip install 'synthview\[claim\]'"):
        Places(**{**places, option: tmp_path / "file"}).check()
    Places(**{**places, "json": tmp_path / "file"}).check()


@pytest.mark.parametrize("told", [fake_claim.claim(), fake_claim.plain()], ids=["whole", "bare"])
def test_the_picture_has_the_size_of_a_shared_one(told: dict[str, Any]) -> None:
    """The still picture is a PNG of 1200 by 630 pixels, the same each time."""
    drawn = picture(told)
    assert drawn[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", drawn[16:24]) == (1200, 630)
    assert drawn == picture(told)


def test_the_picture_says_what_it_is_not() -> None:
    """The picture holds every home, its claim and the disclaimer, with nothing that breaks out."""
    from synthview.claims.page.still import drawing

    told = fake_claim.claim()
    told["claim"]["name"] = fake_claim.EVIL
    text = str(drawing(read(told)))
    assert text.count('href="#house"') == len(told["world"]["homes"])
    assert "This is not Netflix" in text
    assert "<script" not in text
    assert "a child there" in text
    assert "one and the same person, every day" in text
    assert text.count('href="#star"') == 1 + sum(
        home["verdict"] == "same_person" for home in told["world"]["homes"]
    )
    for home in told["world"]["homes"]:
        home["verdict"] = "somebody"
    assert "none of the" in str(drawing(read(told)))
    assert str(drawing(read(told))).count('href="#star"') == 0
