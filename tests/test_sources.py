"""Sources: every default rests on a published figure that may carry it, or says that it is a guess."""

from __future__ import annotations

import re
from datetime import date

import pytest
from each import each

from synthview.errors import UnknownName
from synthview.registry import installed
from synthview.scenario import DatedEvent, NamedTitle, load
from synthview.scenario.entries import declared
from synthview.scenario.files import built_in
from synthview.scenario.settings import CHOICE, GUESS
from synthview.scenario.sources import (
    SUPPORTING,
    ids_in,
    resting_on,
    source,
    sources,
    sources_used,
)

SETTINGS = declared(installed())
USES = {"target", "fact", "context", "claim"}


def test_every_row_is_whole() -> None:
    """Each source has an id of its own, a known use, a quantity and somebody who published it."""
    assert len(sources()) == 296
    for one in sources().values():
        assert one.use in USES, one.id
        assert one.id == one.id.strip() != ""
        assert one.quantity, one.id


@each(lambda: SETTINGS)
def test_a_default_rests_on_what_may_carry_it(path: str) -> None:
    """A setting's source is guess, choice, or the id of a target or a fact: never of context, never of a claim."""
    stated = SETTINGS[path].setting.source
    assert stated in {GUESS, CHOICE} or source(stated).use in SUPPORTING


@each(lambda: SETTINGS)
def test_a_sentence_names_only_rows_that_exist(path: str) -> None:
    """Where the sentence about a setting names a row, that row exists and is no claim."""
    for name in re.findall(r"\b[SPTDQKNVX]\d{2}[a-z]?(?:-\w+)?\b", SETTINGS[path].setting.about):
        families = [one for one in sources() if one == name or one.startswith(f"{name}-")]
        assert families, name
        assert all(sources()[one].use != "claim" for one in families), name


@pytest.mark.parametrize("name", built_in())
def test_a_scenario_rests_on_no_claim(name: str) -> None:
    """A number that synthview asks about is never a number that it is built from."""
    used = sources_used(load(name, installed()))
    assert used
    assert {one.use for one in used} <= SUPPORTING


@pytest.mark.parametrize("name", built_in())
def test_a_named_title_says_where_its_facts_come_from(name: str) -> None:
    """The source of a title or event is a guess or lists ids that exist, and nothing else."""
    scenario = load(name, installed())
    stated: tuple[NamedTitle | DatedEvent, ...] = (*scenario.titles, *scenario.dated_events)
    for one in stated:
        assert one.source == GUESS or ids_in(one.source) == one.source.split(", ")


def test_published_facts_agree_with_the_scenario() -> None:
    """The release and the length of the Christmas film are those of the rows that it names."""
    film, *_ = load("christmas-prince", installed()).titles
    assert film.released_on == date.fromisoformat(source("X03").value)
    assert film.runtime_minutes == float(source("X04").value)


def test_what_a_scenario_rests_on_is_told_by_source() -> None:
    """Each setting stands under its source, a changed one under the scenario's own name."""
    found = resting_on(load("tiny", installed(), {"sittings.together": 0.5}))
    assert "sittings.together" in found["scenario"]
    assert "sittings.burst_days" in found[GUESS]
    assert "log.ping_seconds" in found[CHOICE]
    assert "catalogue.film_count" in found["P14-film"]
    told = [path for paths in found.values() for path in paths]
    told += ["run.cast_days", "run.cast_from", "run.closed"]  # not given, so they rest on nothing
    on_request = installed().named_only
    assert sorted(path for path in SETTINGS if path.split(".")[1] not in on_request) == sorted(told)


def test_an_unknown_source_gets_the_nearest() -> None:
    """A misspelt id is answered with the nearest one."""
    with pytest.raises(UnknownName, match="Did you mean 'S01d-us'"):
        source("S01d-uk")


def test_a_figure_reads_as_published() -> None:
    """Value, range and unit of a source stand together."""
    assert source("S04").figure == "1.30 (1.19 to 1.42) hours/account/day"
    assert source("S13").figure == "2.53 persons"
    assert source("S03").figure == "140 (140 to …) million hours/day"
