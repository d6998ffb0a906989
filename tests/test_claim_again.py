"""A page made again: from a kept answer, without a world."""

from __future__ import annotations

import json
from pathlib import Path

import fake_claim
import pytest
from commands import Told

from synthview.claims.shipped import shipped
from synthview.claims.written import FORMAT_OF_SEVERAL, as_dict
from synthview.cli.claim_asked import questions_of
from synthview.engines.order import Order


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """The answer that is shipped, as --json keeps one."""
    place = tmp_path / "answer.json"
    place.write_text(json.dumps(as_dict(shipped()[0])), "utf-8")
    return place


@pytest.mark.slow
def test_a_kept_answer_is_shown_again(kept: Path, tmp_path: Path, told: Told) -> None:
    """Its sections are printed, its page is written, and its JSON is the same once more."""
    again, page = tmp_path / "again.json", tmp_path / "page.html"
    code, out, _ = told("claim", str(kept), "--html", str(page), "--json", str(again))
    assert code == 0
    assert "The number published was 53" in out
    assert json.loads(again.read_text("utf-8")) == json.loads(kept.read_text("utf-8"))
    assert 'id="told"' in page.read_text("utf-8")


def test_what_a_kept_answer_cannot_have_is_refused(kept: Path, tmp_path: Path, told: Told) -> None:
    """Options of worlds, a page in place of the JSON, and a file that is not there are refused in one line."""
    refused = {
        ("claim", str(kept), "--seeds", "2"): "is a kept answer, shown as it is",
        ("claim", "page.html"): "is made again from the JSON",
        ("claim", str(tmp_path / "none.json")): "cannot be read as the page or the JSON",
    }
    for words, why in refused.items():
        code, _, err = told(*words)
        assert code == 2
        assert why in err


def test_several_answers_make_one_page(tmp_path: Path, told: Told) -> None:
    """Kept answers are one page with one menu and one JSON, which is shown again like any other."""
    one, other, both, again, page = (
        tmp_path / name for name in ("a.json", "b.json", "both.json", "again.json", "page.html")
    )
    one.write_text(json.dumps(fake_claim.mean()), "utf-8")
    other.write_text(json.dumps(fake_claim.dataset()), "utf-8")
    code, out, _ = told("claim", str(one), str(other), "--json", str(both))
    assert (code, out.count("This is not Netflix")) == (0, 1)
    kept = json.loads(both.read_text("utf-8"))
    assert kept == {
        "format": FORMAT_OF_SEVERAL,
        "answers": [json.loads(each.read_text("utf-8")) for each in (one, other)],
    }
    assert told("claim", str(both), "--html", str(page), "--json", str(again))[0] == 0
    assert json.loads(again.read_text("utf-8")) == kept
    assert page.read_text("utf-8").count("<nav") == 1


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("{one}", "year"), "and year is not"),
        (("{one}", "{one}", "--png", "still.png"), "--png is of one claim"),
        (("year", "christmas-prince", "--claim", "53 people"), "are of one scenario"),
        (("christmas-prince", "--claim", "53 people", "--claim", "53 peple"), "53 peple"),
        (("christmas-prince", "after-the-tweet", "--sql"), "--sql is of one claim"),
    ],
)
def test_what_several_claims_cannot_have_is_refused(
    words: tuple[str, ...], why: str, tmp_path: Path, told: Told
) -> None:
    """Scenarios among answers, one picture of two claims, and names that nothing has are refused in one line."""
    one = tmp_path / "a.json"
    one.write_text(json.dumps(fake_claim.mean()), "utf-8")
    code, _, err = told("claim", *(word.format(one=one) for word in words))
    assert code == 2
    assert why in err


def test_a_number_is_asked_of_the_scenario_that_states_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Claims are asked in the order in which they are named; another scenario's of that one, which is said."""
    names = ["60 movies", "53 people", "60 movies"]
    found = questions_of(Order(scenario="year"), ["year"], names, None, None, {})
    assert [(one.claim.name, one.scenario.name) for one in found] == [
        ("60 movies", "year"),
        ("53 people", "christmas-prince"),
    ]
    assert "it is asked there" in capsys.readouterr().err
