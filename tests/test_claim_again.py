"""A page made again: from a kept answer, without a world."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import Told

from synthview.claims.shipped import shipped
from synthview.claims.written import as_dict


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
