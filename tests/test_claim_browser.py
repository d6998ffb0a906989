"""The page of a claim in a real browser without network: every control, by mouse and by keyboard, and what it shows."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fake_claim
import pytest
from browser import Browser, browser, dress, need_browser

from synthview.claims import page as claim_page
from synthview.claims.page.calendar import LETTERS, STATES
from synthview.claims.page.dots import stack
from synthview.claims.page.homes import VERDICTS
from synthview.claims.sections.doors import first_child
from synthview.wording import figure, percent

ANSWER = fake_claim.answer()
TOLD = fake_claim.claim()
HOMES = TOLD["world"]["homes"]
SHOWN = ANSWER.found["homes"].world.homes
FIRST = SHOWN.index(first_child(SHOWN))
"""Which home the page opens first."""
SUSPECTS = [*HOMES, *TOLD["detective"]["borrowed"]]
SAME = sum(home["verdict"] == "same_person" for home in HOMES)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the whole example, as a file."""
    need_browser()
    made = tmp_path_factory.mktemp("page") / "claim.html"
    made.write_text(claim_page.render(ANSWER), "utf-8")
    return made


@pytest.fixture(scope="module")
def window(path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One window for all tests of this file."""
    with browser(tmp_path_factory.mktemp("window")) as opened:
        yield opened


@pytest.fixture
def page(window: Browser, path: Path) -> Browser:
    """The page, freshly opened, at the width of a desk."""
    dress(window, width=1440, dark=False)
    window.complaints()
    window.requests()
    window.open(path)
    wait(window, "document.documentElement.className === ''")
    return window


@pytest.fixture
def lit_page(page: Browser) -> Browser:
    """The page with its lights on: what is behind the doors is told."""
    page.run("document.getElementById('lights').click()")
    return page


def wait(page: Browser, condition: str) -> None:
    """Wait until a condition of the page holds; fail if it never does."""
    from selenium.webdriver.support.ui import WebDriverWait

    WebDriverWait(page.driver, 10, poll_frequency=0.05).until(
        lambda _: page.run(f"return {condition}")
    )


def lit(page: Browser, street: str) -> int:
    """How many houses of a street have light."""
    return len(page.all(f"{street} .plot:not(.out)"))


# --- Opening it ---------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_it_opens_without_a_complaint_and_asks_nothing_of_the_network(
    page: Browser, path: Path
) -> None:
    """The console stays empty, and the only thing asked for is the file."""
    assert page.complaints() == []
    assert page.requests() == [path.as_uri()]
    assert page.run("return performance.getEntriesByType('resource').map((one) => one.name)") == []
    assert page.run("return window.origin") == "null"


@pytest.mark.slow
def test_nothing_of_a_name_runs(lit_page: Browser) -> None:
    """A profile called <script> is shown as such, in the log and among the people, and nothing has run."""
    page = lit_page
    page.run(
        "document.getElementById('home-chosen').value = '0'; document.getElementById('home-chosen').dispatchEvent(new Event('change'))"
    )
    assert fake_claim.EVIL in page.text("#home-people")
    assert fake_claim.EVIL in page.text("#home-day")
    assert page.complaints() == []


@pytest.mark.parametrize(("width", "dark"), [*itertools.product((320, 390, 1440), (False, True))])
def test_it_fits_its_window(page: Browser, width: int, *, dark: bool) -> None:
    """Nothing is wider than the window, on a phone or on a desk."""
    dress(page, width=width, dark=dark)
    assert (
        page.run(
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        == 0
    )


@pytest.mark.parametrize(
    ("width", "dark"), [(390, False), (1440, True)], ids=["phone by day", "desk by night"]
)
def test_an_automated_check_finds_no_barrier(page: Browser, width: int, *, dark: bool) -> None:
    """An automated check (axe) has nothing against it, with every scene in use, by day and by night, on a phone and on a desk."""
    from axe_core_python.selenium import Axe

    dress(page, width=width, dark=dark)
    for one in ("#guess-17", "#lights", "#reveal", "#causes-off input[value=child_on_loop]"):
        page.run("document.querySelector(arguments[0]).click()", one)
    page.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found = Axe().run(page.driver)
    assert [
        (one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found["violations"]
    ] == []
    assert len(found["passes"]) > 20


# --- Scenes 1 to 3 ------------------------------------------------------------------------------------------------------


def test_the_lights_answer_the_guess(page: Browser) -> None:
    """By mouse: a door of the guess, the switch, and the page says what is and what one said."""
    assert not page.shown("#answer")
    page.click(page.find("label:has(#guess-17)"))
    page.click(page.find("label[for=lights]"))
    assert page.text("#answer").split("\n") == [f"In this world: {SAME}.", "You said 17."]
    assert page.run("return getComputedStyle(document.querySelector('#street .door')).opacity") in {
        "1",
        "0.5",
    }
    page.click(page.find("label:has(#guess-3)"))
    assert page.text("#answer").split("\n") == [f"In this world: {SAME}.", "You said 3."]


def test_the_lights_answer_the_guess_by_keyboard(page: Browser) -> None:
    """By keyboard: arrows choose the guess, the space bar turns on the lights."""
    from selenium.webdriver import Keys

    page.focus("#guess-0")
    page.press(Keys.SPACE, *[Keys.ARROW_RIGHT] * 5)
    page.press(Keys.TAB)
    assert page.focused() == "Lights"
    page.press(Keys.SPACE)
    assert page.text("#answer").split("\n") == [f"In this world: {SAME}.", "You said 5."]


def test_without_a_guess_none_is_made_up(page: Browser) -> None:
    """Who turns on the lights without a guess is told so."""
    page.click(page.find("label[for=lights]"))
    assert page.text("#answer").split("\n") == [f"In this world: {SAME}.", "You have not guessed."]


def test_what_the_doors_show_is_counted_right(page: Browser) -> None:
    """The legend counts the doors of the days that count, by state; the list counts the homes by what they were."""
    page.click(page.find("label[for=lights]"))
    doors = [door["state"] for home in HOMES for door in home["doors"] if door["in_window"]]
    counts = sorted((int(one.text.replace(",", "")) for one in page.all(".legend b")), reverse=True)
    assert counts == sorted((doors.count(state) for state in set(doors)), reverse=True)
    verdicts = {
        one.text.split("\n")[1]: int(one.text.split("\n")[0])
        for one in page.all("#scene-lights .counts:not(details *) li:not(.aside)")
    }
    assert verdicts == {
        words: sum(home["verdict"] == name for home in HOMES) for name, words in VERDICTS.items()
    }


def test_three_scenes_work_without_script(path: Path, tmp_path: Path) -> None:
    """With script off one still guesses, turns on the lights and reads the answer; what needs script says so."""
    with browser(tmp_path, script=False) as page:
        page.open(path)
        assert page.run("return document.documentElement.className") == "no-script"
        assert len(page.all("#scene-tweet .plot")) == len(HOMES)
        page.click(page.find("label:has(#guess-17)"))
        page.click(page.find("label[for=lights]"))
        repeated = "return getComputedStyle(document.querySelector('.guessed'), '::after').content"
        assert (page.text("#answer .huge > span"), page.run(repeated)) == (
            f"In this world: {SAME}.",
            '"17"',
        )
        assert page.shown(".you-said")
        assert not page.shown(".no-guess")
        assert "needs script" in page.text("#scene-home")
        told = HOMES[FIRST]
        assert told is not None
        for door in told["doors"]:
            assert (door["sentence"] in page.text("#scene-home")) == door["in_window"] or not door[
                "sentence"
            ]
        assert [one.text for one in page.all("button") if one.is_displayed()] == []


@pytest.mark.slow
def test_three_scenes_are_on_paper(page: Browser, tmp_path: Path) -> None:
    """A print holds tweet, question, answer and what the doors show, without the lights being turned on by hand."""
    import base64
    import io

    from pypdf import PdfReader

    printed = base64.b64decode(
        page.told("Page.printToPDF", printBackground=False, pageRanges="1-4")["data"]
    )
    text = " ".join(
        " ".join(sheet.extract_text().split()) for sheet in PdfReader(io.BytesIO(printed)).pages
    )
    for words in (
        TOLD["claim"]["quote"],
        "sat through it 18 times?",
        f"In this world: {SAME}.",
        "What the doors show",
        "a child there",
    ):
        assert words in text


def test_paper_waits_for_no_light(page: Browser) -> None:
    """Also where motion is wanted, a print finds every door and star lit at once, not on its way."""
    motion = {"name": "prefers-reduced-motion", "value": "no-preference"}
    page.told("Emulation.setEmulatedMedia", media="", features=[motion])
    page.run("document.body.getBoundingClientRect()")
    page.told("Emulation.setEmulatedMedia", media="print", features=[motion])
    seen = page.run(
        "return [...document.querySelectorAll('#street :is(.door, .star)')].map((one) => getComputedStyle(one).opacity)"
    )
    star = page.run("return getComputedStyle(document.querySelector('#star')).fill")
    page.told("Emulation.setEmulatedMedia", media="", features=[motion])
    assert star == "rgb(138, 106, 0)", "a star on white paper is dark"
    assert len(seen) > len(HOMES)
    assert set(seen) == {"1", "0.5"}


@pytest.mark.parametrize("width", [390, 1440])
def test_the_first_screen_says_what_this_is(page: Browser, width: int) -> None:
    """Without scrolling one reads the tweet, that it would be true of invented homes, and whose data it is not; houses show."""
    dress(page, width=width, dark=False)
    for selector in (".notice", "#scene-tweet blockquote", "#scene-tweet .lead"):
        assert page.run(
            "return document.querySelector(arguments[0]).getBoundingClientRect().bottom < innerHeight",
            selector,
        )
    assert "invented homes of which it would be true" in page.text("#scene-tweet .lead")
    assert page.run(
        "return document.querySelector('.street.dark .plot').getBoundingClientRect().bottom < innerHeight"
    )


@pytest.mark.parametrize("width", [390, 1440])
def test_words_are_large_enough_and_whole(page: Browser, width: int) -> None:
    """No word is smaller than 12 pixels, those of charts as drawn included, and none is cut off at its end."""
    dress(page, width=width, dark=False)
    page.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    small = page.run(
        "const said = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());"
        "const size = (one) => parseFloat(getComputedStyle(one).fontSize) * (one.ownerSVGElement ? one.getScreenCTM().a : 1);"
        "return [...document.body.querySelectorAll('*')].filter((one) => one.checkVisibility() && !one.closest('script') && said(one) && size(one) < 11.95)"
        ".map((one) => `${one.tagName} ${one.textContent}`)"
    )
    assert small == []
    cut = page.run(
        "return [...document.querySelectorAll('main *:not(.unseen, select)')].filter((one) => one.checkVisibility()"
        " && getComputedStyle(one).overflowX === 'hidden' && one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent)"
    )
    assert cut == []


# --- Scene 4: a home ----------------------------------------------------------------------------------------------------


def test_one_link_leads_from_the_answer_to_a_breakfast(page: Browser) -> None:
    """Under the lit street a link names the home that is open below: a child's, at a day when it watched in the morning."""
    page.click(page.find("label[for=lights]"))
    page.click(page.find(".leads-on a"))
    first = HOMES[FIRST]
    assert first is not None
    wait(
        page, "document.getElementById('scene-home').getBoundingClientRect().top < innerHeight / 2"
    )
    assert page.text(".leads-on a") == f"Open one: {first['story']}"
    assert (
        page.text("#home-story")
        == first["story"]
        == "Eighteen identical ticks; one child’s breakfasts."
    )
    assert "05" <= page.text("#home-day .lead") < "11"


def test_a_house_of_the_street_opens(lit_page: Browser) -> None:
    """By mouse: a click on the fifth house shows its story, its people and a day as most of its days are."""
    page = lit_page
    page.click(page.all("#street button")[4])
    home = HOMES[4]
    assert page.text("#home-story") == home["story"]
    assert page.find("#home-chosen").get_attribute("value") == "4"
    first = next(door for door in home["doors"] if door["in_window"] and door["state"] == "child")
    assert page.text("#home-day .lead") == first["sentence"]
    assert page.focused() == "Which home"


def test_a_house_opens_by_keyboard(lit_page: Browser) -> None:
    """By keyboard: one stop for the whole street, arrows between houses, Enter opens."""
    page = lit_page
    from selenium.webdriver import Keys

    page.focus("#street button")
    page.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.END, Keys.ARROW_LEFT, Keys.ENTER)
    assert page.find("#home-chosen").get_attribute("value") == str(len(HOMES) - 2)
    assert (
        len([one for one in page.all("#street button") if one.get_attribute("tabindex") == "0"])
        == 1
    )


def test_every_door_says_who_was_there(lit_page: Browser) -> None:
    """Each door of a home, and each row of hours, opens its day: the log's rows above, what happened below."""
    page = lit_page
    door_buttons, rows = page.all("#home-doors button"), page.all("#home-hours .row")
    home = HOMES[int(page.find("#home-chosen").get_attribute("value"))]
    assert len(door_buttons) == len(rows) == len(home["doors"])
    for number, door in enumerate(home["doors"]):
        page.click((door_buttons, rows)[number % 2][number])
        told = page.text("#home-day")
        assert (door["sentence"] or "Nothing ran.") in told
        assert ("before the days that count" in told) == (not door["in_window"])
        pressed = page.run(
            "return [...arguments[0].children].map((one) => one.ariaPressed)",
            page.find("#home-doors"),
        )
        assert [one == "true" for one in pressed] == [
            other == number for other in range(len(pressed))
        ]
        for play in door["truth"]:
            assert (
                f"{figure(play['attended_minutes'])} of {figure(play['minutes'])} minutes" in told
            )


def test_doors_open_by_keyboard(lit_page: Browser) -> None:
    """Arrows move over the doors as they lie, six to a floor; Enter opens one."""
    page = lit_page
    from selenium.webdriver import Keys

    page.focus("#home-doors button")
    page.press(Keys.ARROW_DOWN, Keys.ARROW_RIGHT, Keys.ENTER)
    assert page.text("#home-day h3") == "24 November"
    page.press(Keys.HOME, Keys.ENTER)
    assert page.text("#home-day h3") == "17 November, before the days that count"
    stops = page.all("#home-doors button[tabindex='0'], #home-hours button[tabindex='0']")
    assert [one.accessible_name.split(":")[0] for one in stops] == ["17 November"] * 2


def test_guests_of_a_bar_were_there(lit_page: Browser) -> None:
    """A bar's day says so in its sentence, in each play and in the bars of its hours; the last of many plays wait."""
    page = lit_page
    number = next(place for place, home in enumerate(HOMES) if home["verdict"] == "guests")
    page.click(page.all("#street button")[number])
    door = next(one for one in HOMES[number]["doors"] if one["counted"] and one["in_window"])
    told = page.text("#home-day")
    assert VERDICTS["guests"] in page.text("#home-people").lower()
    assert told.count("before guests. Who of them watched, nobody knows.") == 3
    assert "present for" not in told
    summary = page.all("#home-day summary")[1]
    assert summary.text == f"and {len(door['truth']) - 3} more"
    page.click(summary)
    assert page.text("#home-day").count("before guests. Who of them watched, nobody knows.") == len(
        door["truth"]
    )
    plays = sum(
        play["state"] == "stranger" for one in HOMES[number]["doors"] for play in one["truth"]
    )
    assert len(page.all("#home-hours .bar.guests")) == plays


def test_homes_follow_each_other(lit_page: Browser) -> None:
    """The buttons beside the list go to the home before and the next, round the end."""
    page = lit_page
    from selenium.webdriver import Keys

    chosen = page.find("#home-chosen")
    page.run("arguments[0].value = '0'; arguments[0].dispatchEvent(new Event('change'))", chosen)
    page.click(page.find("#home-before"))
    assert chosen.get_attribute("value") == str(len(HOMES) - 1)
    page.click(page.find("#home-next"))
    page.focus("#home-next")
    page.press(Keys.ENTER)
    assert chosen.get_attribute("value") == "1"
    page.focus("#home-chosen")
    page.press(Keys.ARROW_DOWN)
    assert page.text("#home-story") == HOMES[2]["story"]


def test_bars_are_as_long_as_the_plays(lit_page: Browser) -> None:
    """In a row of hours the log's bar and the part that was attended have the lengths of the JSON."""
    page = lit_page
    home = HOMES[int(page.find("#home-chosen").get_attribute("value"))]
    widths = page.run(
        "return [...document.querySelectorAll('#home-hours .row')].map((row) => [...row.querySelectorAll('.logged, .attended')]"
        ".map((bar) => parseFloat(bar.style.width)))"
    )
    expected = [
        [*(100 * play["minutes"] / 1440 for play in door["log"]), *(100 * play["attended_minutes"] / play["minutes"] for play in door["truth"])]
        for door in home["doors"]
    ]  # fmt: skip
    assert widths == [pytest.approx(row, abs=0.01) for row in expected]


def test_a_home_has_the_command_that_simulates_it_again(lit_page: Browser, path: Path) -> None:
    """Under an open home stand its number, its seed and one command, with the name of this very file."""
    page = lit_page
    home = HOMES[int(page.find("#home-chosen").get_attribute("value"))]
    told = page.text("#home-replay")
    assert told.startswith(f"Household {figure(home['household'])} of seed 1.")
    assert told.endswith(f"synthview explain {path.name} --household {home['household']}")


def test_the_evening_that_decides_is_one_click_away(lit_page: Browser) -> None:
    """The name of the home that came closest opens it at the evening that is lacking, whose door is marked."""
    page = lit_page
    page.click(page.find("[data-home]"))
    assert page.find("#home-chosen").get_attribute("value") == str(fake_claim.BORDERLINE)
    last = HOMES[fake_claim.BORDERLINE]["doors"][-1]
    assert page.text("#home-day .lead") == last["sentence"]
    marked = page.all("#home-doors .deciding")
    assert [one.accessible_name.endswith("the one evening that is lacking") for one in marked] == [
        True
    ]


def test_scenes_behind_doors_wait_for_the_lights(page: Browser) -> None:
    """With the lights off no verdict, no cause and no story can be read; a click on a house asks for the lights."""
    shown = page.run("return document.body.innerText")
    for words in (*VERDICTS.values(), *(home["story"] for home in HOMES), HOMES[0]["label"]):
        assert words not in shown
    assert len([one for one in page.all(".locked") if one.is_displayed()]) == 4
    page.click(page.all("#street button")[4])
    assert page.focused() == "Lights"


def test_a_phone_has_half_as_much_to_read(lit_page: Browser) -> None:
    """On a phone, with the lights on and all folded as it opens, the ten scenes are no more than half of the 33 screens that they were."""
    page = lit_page
    dress(page, width=390, dark=False)
    page.run("document.getElementById('by-hours').open = false")
    high = page.run("return document.querySelector('main').scrollHeight")
    assert high / 844 <= 16.5


# --- Scene 5: detective -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_the_detective_is_judged(lit_page: Browser, answer: str) -> None:
    """Whoever says the same of all logs is right as often as it is true; the machine's score stands beside."""
    page = lit_page
    truth = [
        None if place == fake_claim.BORDERLINE else SUSPECTS[place]["verdict"] == "same_person"
        for place in TOLD["detective"]["homes"]
    ]
    assert truth.count(True) >= 2
    assert truth.count(None) == 1
    assert not page.shown("#machine")
    for number in range(len(truth)):
        label = page.find(f"label:has(input[name=suspect-{number}][value={answer}])")
        page.run("arguments[0].click()", label)
    page.click(page.find("#reveal"))
    clear = len(truth) - 1
    assert page.text("#judgement") == f"You: {truth.count(answer == 'yes')} of {clear}."
    marks = {None: "≈ A borderline case", True: "✓ Right", False: "✗ No"}
    assert [
        one.text.startswith(marks[None if true is None else true == (answer == "yes")])
        for one, true in zip(page.all(".verdict"), truth, strict=True)
    ] == [True] * len(truth)
    machine = TOLD["detective"]["classifier"]
    assert f"{machine['right']} of {machine['of']}" in page.text("#machine")


def test_each_question_of_the_detective_says_which_log_it_is_about(lit_page: Browser) -> None:
    """Who hears the page knows which log a Yes or No is for, and no name of a group stands twice."""
    page = lit_page
    named = [one.accessible_name for one in page.all(".suspects fieldset")]
    assert named == [
        f"Log {number}: One person, every day?"
        for number in range(1, len(TOLD["detective"]["homes"]) + 1)
    ]


def test_the_detective_works_by_keyboard(lit_page: Browser) -> None:
    """Tab and space answer, Enter reveals; who did not answer is told so."""
    page = lit_page
    from selenium.webdriver import Keys

    page.focus("input[name=suspect-0]")
    page.press(Keys.SPACE)
    page.focus("#reveal")
    page.press(Keys.ENTER)
    first = HOMES[TOLD["detective"]["homes"][0]]["verdict"] == "same_person"
    assert page.text("#judgement") == f"You: {int(first)} of 5."
    assert [one.text.startswith("You did not say") for one in page.all(".verdict")] == [
        False, True, False, True, True, True,
    ]  # fmt: skip


# --- Scene 6: the query -------------------------------------------------------------------------------------------------


def place_of(choices: list[int]) -> int:
    """The place of a definition among all: row by row over the axes, the first one slowest."""
    place = 0
    for axis, choice in zip(TOLD["definitions"]["axes"], choices, strict=True):
        place = place * len(axis["options"]) + choice
    return place


def test_each_word_of_the_query_moves_the_number(page: Browser) -> None:
    """Every option of every word gives the number of the JSON, its words in the query, and its dot."""
    from selenium.webdriver.support.ui import Select

    grid = TOLD["definitions"]
    page.run("document.querySelector('.the-query').open = true")
    for axis, told in enumerate(grid["axes"]):
        choose = Select(page.find(f"select.axis-{axis}"))
        for option, words in enumerate(told["options"]):
            choose.select_by_index(option)
            choices = [*grid["headline"]]
            choices[axis] = option
            value = grid["values"][place_of(choices)]
            assert page.text("#query-number") == figure(value)
            assert (words["sql"] or f"/* {told['label']}: {words['label']} */") in page.text(
                "#query"
            )
            assert marked_dots(page) == [dot_of(place_of(choices))] * 2
        choose.select_by_index(grid["headline"][axis])
    assert page.text("#query-number") == figure(TOLD["number"]["value"])


def marked_dots(page: Browser) -> list[int]:
    """The places of the marked dots among all dots, in the wide drawing and in the narrow one."""
    return list(
        page.run(
            "return [...document.querySelectorAll('#chart-definitions .dots')]"
            ".flatMap((dots) => [...dots.children].flatMap((dot, place) => (dot.matches('.here') ? [place] : [])))"
        )
    )


def dot_of(place: int) -> int:
    """The dot that a definition is in: dots stand bin by bin, and in a bin by the order of the definitions."""
    values = TOLD["definitions"]["values"]
    stacks = stack(values)
    bins = [int((value - stacks.low) // stacks.step) for value in values]
    rank = bins[:place].count(bins[place])
    return sum(stacks.heights[: bins[place]]) + rank // stacks.per_dot


def test_dots_stand_over_their_numbers(page: Browser) -> None:
    """Dots lie from left to right as their bins do, as many on each as the stack is high."""
    stacks = stack(TOLD["definitions"]["values"])
    lefts = page.run(
        "return [...document.querySelectorAll('#chart-definitions .wide .dots > *')].map((dot) => dot.transform.baseVal[0].matrix.e)"
    )
    expected = [
        660 * (one + 0.5) / stacks.bins
        for one, height in enumerate(stacks.heights)
        for _ in range(height)
    ]
    assert lefts == pytest.approx(expected, abs=0.6)


def test_known_choices_are_one_press_away(page: Browser) -> None:
    """By keyboard: the lowest, the highest and the press office's own definition."""
    from selenium.webdriver import Keys

    grid = TOLD["definitions"]
    for name, value in (
        ("lowest", grid["lowest"]),
        ("highest", grid["highest"]),
        ("headline", TOLD["number"]["value"]),
    ):
        page.focus(f"[data-preset={name}]")
        page.press(Keys.ENTER)
        assert page.text("#query-number") == figure(value)


def test_a_word_changes_by_keyboard(page: Browser) -> None:
    """A word of the query is a list of choices with a name; arrows choose."""
    from selenium.webdriver import Keys

    page.focus("select.axis-0")
    assert page.focused() == "Who is counted"
    page.press(Keys.ARROW_DOWN)
    choices = [1, *TOLD["definitions"]["headline"][1:]]
    assert page.text("#query-number") == figure(TOLD["definitions"]["values"][place_of(choices)])


def test_slips_are_told_from_definitions(page: Browser) -> None:
    """Each slip of an analyst stands with its number, apart from the definitions."""
    page.click(page.find(".slips-of-pen summary"))
    assert [one.text for one in page.all(".slip-number")] == [
        figure(one["value"]) for one in TOLD["definitions"]["slips"]
    ]


# --- Scene 7: causes ----------------------------------------------------------------------------------------------------


def test_houses_go_dark_without_their_cause(lit_page: Browser) -> None:
    """For every cause exactly the homes of the JSON stay lit, and the number says how many."""
    page = lit_page
    assert lit(page, "#street-off") == len(HOMES)
    for one in TOLD["world"]["causes_off"]:
        page.click(page.find(f"label:has(input[value={one['off']}])"))
        assert page.text("#remaining") == str(len(one["remaining"]))
        dark = page.run(
            "return [...document.querySelectorAll('#street-off .plot')].flatMap((one, n) => one.matches('.out') ? [] : [n])"
        )
        assert dark == one["remaining"]
        assert page.run(
            "return document.querySelector('#street-off').getAttribute('aria-label')"
        ).startswith(f"{len(one['remaining'])} of {len(HOMES)}")


def test_causes_are_chosen_by_keyboard(lit_page: Browser) -> None:
    """Arrows go through the causes, and the houses follow."""
    page = lit_page
    from selenium.webdriver import Keys

    page.focus("#causes-off input")
    page.press(Keys.ARROW_RIGHT)
    assert page.text("#remaining") == str(len(TOLD["world"]["causes_off"][0]["remaining"]))


def test_the_missed_stand_beside(lit_page: Browser) -> None:
    """Every ghost is there, with why it is not in the number."""
    page = lit_page
    assert [one.text for one in page.all(".ghosts li")] == [
        one["missed"] for one in TOLD["world"]["ghosts"]
    ]


# --- Scene 8: worlds ----------------------------------------------------------------------------------------------------


def shown_world(page: Browser) -> tuple[list[str], list[int]]:
    """The headline and the figures of the world that is shown, and how many doors of each house are lit."""
    figures = [one.text for one in page.all("#world-told dd")]
    doors = page.run(
        "return [...document.querySelectorAll('#street-worlds .plot')].map((one) => one.querySelectorAll('.door').length)"
    )
    return [page.text("#worlds blockquote"), *figures], doors


def test_worlds_differ_and_the_headline_does_not(lit_page: Browser) -> None:
    """By keyboard, the slider goes through all worlds: figures and doors are those of the JSON, the headline is the same."""
    page = lit_page
    from selenium.webdriver import Keys

    page.focus("#world-chosen")
    for world in TOLD["worlds"]:
        words, doors = shown_world(page)
        assert words == [
            TOLD["claim"]["quote"],
            *(
                figure(world[one])
                for one in ("children", "fans", "screens", "same_person", "attended", "nobody")
            ),
            percent(world["share_of_worlds"]).replace("\N{NO-BREAK SPACE}", " "),
        ]
        assert doors == [sum(letter != "." for letter in home["doors"]) for home in world["homes"]]
        assert page.find("#world-chosen").get_attribute("aria-valuetext") == world["label"]
        seen = {LETTERS[letter] for home in world["homes"] for letter in home["doors"]} - {"none"}
        assert {one.text for one in page.all("#world-key li")} == {STATES[state] for state in seen}
        page.press(Keys.ARROW_RIGHT)


def test_the_slider_follows_the_mouse(lit_page: Browser) -> None:
    """A click in the middle of the slider shows the world in the middle."""
    page = lit_page
    page.click(page.find("#world-chosen"))
    assert shown_world(page)[0][1] == figure(TOLD["worlds"][3]["children"])


# --- Scenes 9 and 10 ----------------------------------------------------------------------------------------------------


def test_figures_stand_in_tables_under_the_charts(page: Browser) -> None:
    """A table under a chart opens by keyboard and holds the figures of the JSON."""
    from selenium.webdriver import Keys

    page.focus("#scene-why details summary")
    page.press(Keys.ENTER)
    cells = [one.text for one in page.all("#scene-why details[open] td")]
    assert cells == [
        "–" if name not in one else figure(one[name])
        for one in TOLD["ladder"]
        for name in ("accounts", "low", "high")
    ]


def test_files_are_saved_without_network(page: Browser, tmp_path: Path) -> None:
    """The log, the query, the answers and all figures are saved as files, whole."""
    import gzip
    import json

    page.told(
        "Browser.setDownloadBehavior",
        behavior="allow",
        downloadPath=str(tmp_path),
        eventsEnabled=False,
    )
    for link in page.all(".downloads a, #save-json"):
        page.click(link)
    names = {"log.csv.gz", "query.sql", "answers.csv", "claim.json"}
    from selenium.webdriver.support.ui import WebDriverWait

    WebDriverWait(page.driver, 20, poll_frequency=0.05).until(
        lambda _: {one.name for one in tmp_path.iterdir()} == names
    )
    assert (
        gzip.decompress((tmp_path / "log.csv.gz").read_bytes()).decode()
        == TOLD["downloads"]["log_csv"]
    )
    assert (tmp_path / "query.sql").read_text("utf-8") == TOLD["downloads"]["sql"]
    expected: dict[str, Any] = {name: part for name, part in TOLD.items() if name != "downloads"}
    assert json.loads((tmp_path / "claim.json").read_text("utf-8")) == expected


@pytest.mark.slow
def test_each_of_several_claims_has_its_own_lights(window: Browser, tmp_path: Path) -> None:
    """The lights of the second claim of a page light its own houses and open its own homes, and nothing of the first."""
    both = tmp_path / "both.html"
    both.write_text(claim_page.render(ANSWER, ANSWER), "utf-8")
    dress(window, width=1440, dark=False)
    window.complaints()
    window.open(both)
    wait(window, "document.querySelectorAll('.plot > button').length > 0")
    window.run("document.getElementById('c2-lights').click()")
    assert window.complaints() == []
    assert not window.shown("#home-story")
    assert window.text("#c2-home-story") != ""
    window.run("document.querySelectorAll('#c2-street button')[4].click()")
    assert window.run("return document.getElementById('c2-home-chosen').value") == "4"
    assert window.run("return document.getElementById('home-chosen').value") != "4"
    assert window.run("return document.querySelectorAll('nav').length") == 1


@pytest.mark.slow
def test_the_slider_of_guesses_is_of_one_guess(lit_page: Browser) -> None:
    """From left to right the same guess may reach ever farther: it is the one that moves the answer most."""
    told = []
    for place in range(int(lit_page.find("#belief-chosen").get_attribute("max")) + 1):
        lit_page.run(
            "const s = document.getElementById('belief-chosen'); s.value = arguments[0]; s.dispatchEvent(new Event('input'))",
            place,
        )
        told.append(lit_page.text("#belief-told"))
    rates = TOLD["inference"]["sensitivity"]["rates"]
    by_path: dict[str, list[Any]] = {}
    for one in rates:
        by_path.setdefault(one["path"], []).append(one)
    ends = {path: [one["daily_viewers"]["high"] for one in own] for path, own in by_path.items()}
    most = max(ends, key=lambda path: max(ends[path]) - min(ends[path]))
    expected = sorted(by_path[most], key=lambda one: one["prior_high"])
    assert len(told) == len(expected)
    assert all(one["label"] in words for one, words in zip(expected, told, strict=True))


@pytest.mark.slow
def test_the_list_of_scenes_leads_everywhere(lit_page: Browser) -> None:
    """Every link of the list goes to its scene, and the list marks where one is."""
    page = lit_page
    for link in page.all(".steps a"):
        target = str(link.get_attribute("href")).split("#")[1]
        page.click(link)
        wait(page, f"document.querySelector('.steps [aria-current]')?.hash === '#{target}'")
        assert page.run(
            "return document.getElementById(arguments[0]).getBoundingClientRect().top < innerHeight / 2",
            target,
        )


@pytest.mark.slow
def test_every_control_can_be_reached_and_seen(lit_page: Browser) -> None:
    """Tab reaches every control that has a stop, each has a name, and the one in focus is marked."""
    page = lit_page
    from selenium.webdriver import Keys

    expected = page.run(
        "return [...document.querySelectorAll('a[href], button, select, input, summary, [tabindex=\"0\"]')]"
        ".filter((one) => one.tabIndex >= 0 && one.checkVisibility() && !(one.type === 'radio' && document.querySelector(`[name=${one.name}]`) !== one)).length"
    )
    page.run("document.body.focus()")
    seen = 0
    for _ in range(2 * expected):
        page.press(Keys.TAB)
        if page.run("return document.activeElement === document.body"):
            break
        assert page.focused().strip() != ""
        assert page.run(
            "const one = document.activeElement, marks = [one, one.nextElementSibling, one.closest('.word')].filter(Boolean);"
            "return marks.map((mark) => getComputedStyle(mark)).some((one) => one.outlineStyle !== 'none' && one.opacity !== '0')"
        ), page.focused()
        seen += 1
    assert seen == expected


@pytest.mark.slow
def test_little_motion_is_respected(page: Browser) -> None:
    """Who asks for little motion gets none: no transition, no animation, no smooth scrolling."""
    moving = "return [...document.querySelectorAll('*')].filter((one) => getComputedStyle(one).transitionDuration.split(', ').some((time) => parseFloat(time) > 0)).length"
    assert page.run(moving) == 0
    assert page.run("return getComputedStyle(document.documentElement).scrollBehavior") == "auto"
