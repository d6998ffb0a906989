"""Sections of an answer: each is a file, each is worked out once, and a long run goes on where it was stopped."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import fake_claim
import jsonschema
import pytest
from commands import Told

from synthview.claims.answer import Answer, answer
from synthview.claims.kept import Kept
from synthview.claims.question import Question, ask
from synthview.claims.sections import causes, definitions, number, truth
from synthview.claims.shipped import shipped
from synthview.claims.story import SECTIONS, chosen
from synthview.claims.study import Effort, Study, StudyWorld
from synthview.claims.written import as_dict, read, schema
from synthview.errors import InputError, UnknownName
from synthview.registry import installed
from synthview.scenario import load

ROOT = Path(__file__).parent.parent
EFFORT = Effort(seeds=2, thorough=True, sample=30)
NAMES = ("definitions", "causes", "truth")
OFTEN = {
    'claims."53 people".days': 2,
    'titles."A Christmas Prince".popularity_rank': 3,
    "catalogue.film_count": 40,
    "catalogue.series_count": 20,
    "run.warm_up_days": 3,
    "actors.child_on_loop.rate": 0.9,
    "actors.devoted_fan.rate": 0.5,
}


@cache
def small() -> Question:
    """The claim of the tweet for two days, asked of a hundred homes in which many keep to the film."""
    return ask(load("christmas-prince", installed(), {"run.households": 100, **OFTEN}))


def asked(
    tell: Callable[[str, int, int], None] = lambda *_: None, kept: Kept | None = None
) -> Answer:
    """Some sections of its answer, over two worlds."""
    return answer(small(), EFFORT, "synthview claim", tell, names=NAMES, kept=kept)


@cache
def whole() -> Answer:
    """The same, asked in one go."""
    return asked()


# --- Chosen, and worked out once --------------------------------------------------------------------------------------


@pytest.mark.slow
def test_sections_are_chosen_by_their_names() -> None:
    """The number always comes with those that are named, in the order of the answer and not of the names."""
    assert [one.name for one in chosen(["truth", "causes"], small(), thorough=True)] == [
        "number",
        "causes",
        "truth",
    ]
    assert [one.name for one in chosen([], small(), thorough=False)] == ["number"]
    assert chosen([], small(), thorough=True) == tuple(
        one for one in SECTIONS if "streak" in one.claims
    )
    few = replace(small(), scenario=load(small().scenario, installed(), {"run.households": 50}))
    found = answer(few, replace(EFFORT, seeds=1), "", lambda *_: None, names=("truth",)).found
    assert list(found) == ["number", "truth"]
    assert found["number"].number.value > 0


def test_a_section_that_is_not_there_is_named() -> None:
    """A misspelt section is refused with the ones there are; another kind of claim has none to choose from."""
    with pytest.raises(UnknownName, match="cause"):
        chosen(["cause"], small(), thorough=True)
    year = ask(load("year", installed()), "60 movies")
    with pytest.raises(InputError, match="--sections is for claims of the kind streak"):
        chosen(["causes"], year, thorough=True)


@pytest.mark.parametrize(
    "words", [("--thorough",), ("--sql",), ("--data", "nowhere")], ids=lambda words: words[0]
)
def test_sections_beside_what_makes_them_useless_are_refused(
    words: tuple[str, ...], told: Told
) -> None:
    """Beside --thorough, --sql and --data they would choose nothing."""
    code, _, err = told("claim", "christmas-prince", "--sections", "causes", *words)
    assert code == 2
    assert "--sections cannot be used here" in err


def test_no_section_is_not_all_of_them(told: Told) -> None:
    """An empty list is refused, not taken as if nothing had been said."""
    code, _, err = told("claim", "christmas-prince", "--sections", " ,")
    assert code == 2
    assert "--sections names no section" in err


@pytest.mark.slow
@pytest.mark.long
def test_each_world_is_simulated_once_for_all_sections() -> None:
    """However many sections ask for a world, its homes are looked over and simulated once."""
    heard: Counter[str] = Counter()
    study = Study(small(), EFFORT, lambda stage, done, of: heard.update([stage] if done == of else []),
                  of_worlds=[number.of_world, definitions.of_world, causes.of_world, truth.of_world])  # fmt: skip
    for work in (number.of_world, definitions.of_world, causes.of_world, truth.of_world):
        assert len(study.each(work)) == 2
    simulated = {
        stage: count
        for stage, count in heard.items()
        if "simulating the homes that may count" in stage
    }
    assert simulated == {
        f"world {turn} of 2: simulating the homes that may count": 1 for turn in (1, 2)
    }


def test_what_a_study_has_is_not_worked_out_again() -> None:
    """A function of a study or a world is called when it is first asked for, and not again."""
    calls: list[object] = []

    def of_study(study: Study) -> int:
        calls.append(study)
        return len(calls)

    def of_world(world: StudyWorld) -> int:
        calls.append(world)
        return len(calls)

    study = Study(small(), Effort(), lambda *_: None)
    assert [study.once(of_study), study.once(of_study)] == [1, 1]
    assert [study.worlds[0].once(of_world), study.worlds[0].once(of_world)] == [2, 2]


# --- Going on ---------------------------------------------------------------------------------------------------------


class StoppedError(Exception):
    """Somebody stops the run."""


@pytest.mark.slow
def test_a_run_that_was_stopped_goes_on(tmp_path: Path) -> None:
    """What an earlier run finished is not done again: the first world is not simulated, and the answer is the same."""

    def stop(stage: str, *_: int) -> None:
        if stage.startswith("world 2"):
            raise StoppedError

    kept = Kept(tmp_path / "kept")
    assert not kept.is_begun
    with pytest.raises(StoppedError):
        asked(stop, kept)
    assert kept.is_begun
    heard: set[str] = set()
    assert asked(lambda stage, *_: heard.add(stage), kept) == whole()
    assert "world 1 of 2: simulating the homes that may count" not in heard
    assert "world 2 of 2: simulating the homes that may count" in heard
    kept.clear()
    assert not kept.is_begun


@pytest.mark.slow
@pytest.mark.long
def test_finished_sections_are_read_again(tmp_path: Path) -> None:
    """A third run does nothing at all; a file that was cut off is made anew."""
    kept = Kept(tmp_path / "kept")
    asked(kept=kept)
    heard: list[str] = []
    assert asked(lambda stage, *_: heard.append(stage), kept) == whole()
    assert heard == []
    for path in (tmp_path / "kept").rglob("*.json"):
        path.write_text(path.read_text("utf-8")[:-9], "utf-8")
    assert asked(lambda stage, *_: heard.append(stage), kept) == whole()
    assert heard != []


# --- As JSON ----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_shipped_run_is_read_and_written_without_a_loss() -> None:
    """What the types read of the shipped run they write again, name by name and figure by figure."""
    told = as_dict(shipped()[0])
    assert as_dict(read(json.loads(json.dumps(told)))) == told


@cache
def validator() -> Any:
    """What holds an answer against the JSON Schema, which is itself a valid one."""
    known = json.loads(schema())
    jsonschema.Draft202012Validator.check_schema(known)
    return jsonschema.Draft202012Validator(known)


@pytest.mark.parametrize(
    "told",
    [
        fake_claim.claim(),
        fake_claim.plain(),
        fake_claim.mean(),
        fake_claim.longest(),
        fake_claim.dataset(),
    ],
    ids=["claim", "plain", "mean", "longest", "dataset"],
)
def test_answers_keep_to_the_schema(told: dict[str, Any]) -> None:
    """Every kind of answer is valid by the JSON Schema, and is no longer when a figure becomes a word."""
    known = validator()
    known.validate(json.loads(json.dumps(told)))
    wrong = {**told, "number": {**told["number"], "value": "many"}}
    assert [list(one.path) for one in known.iter_errors(wrong)] == [["number", "value"]]


def test_the_shipped_run_keeps_to_the_schema() -> None:
    """So is the run that is shipped."""
    validator().validate(json.loads(json.dumps(as_dict(shipped()[0]))))


def test_the_schema_of_the_documentation_is_todays(told: Told) -> None:
    """The file beside the documentation is what `synthview show claim-answer --as json-schema` prints."""
    _, printed, _ = told("show", "claim-answer", "--as", "json-schema")
    assert (ROOT / "docs" / "claim-answer.schema.json").read_text("utf-8") == printed == schema()
    _, shown, _ = told("show", "claim-answer")
    assert [one.name for one in SECTIONS if one.name not in shown] == []


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"causes": {"number": 3}}, r"claim\.causes\.base wrong"),
        ({"rungs": None}, r"claim\.rungs wrong"),
        ({"number": {}}, r"claim\.number\.value wrong"),
    ],
    ids=["causes", "rungs", "number"],
)
def test_what_is_wrong_in_json_is_named(wrong: dict[str, Any], complaint: str) -> None:
    """JSON that is not an answer is refused in one line that says where, and what to do."""
    with pytest.raises(InputError, match=complaint):
        read({**fake_claim.claim(), **wrong})
    lacking = {name: one for name, one in fake_claim.claim().items() if name != "nobody"}
    with pytest.raises(InputError, match="lacks nobody"):
        read(lacking)


# --- One file more ----------------------------------------------------------------------------------------------------

BY_COUNTRY = '''"""By country: where the accounts of the number are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from synthview.claims.sections.section import Section, ShownTable
from synthview.claims.simulation.candidates import world_of
from synthview.claims.simulation.homes import households_of
from synthview.claims.study import Study, StudyWorld
from synthview.people.homes import countries_of
from synthview.tables import COUNTRIES


@dataclass(frozen=True)
class ByCountry:
    """Accounts by country, on average over all worlds."""

    accounts: dict[str, float]
    sentence: str


@dataclass(frozen=True)
class OfWorld:
    """Accounts of one world by country."""

    accounts: dict[str, int]


def of_world(world: StudyWorld) -> OfWorld:
    """Count in one world."""
    homes = households_of(world.question, world.counted)
    places = countries_of(world_of(world.question.scenario), homes)
    return OfWorld(dict(Counter(COUNTRIES[place] for place in places)))


def measure(study: Study) -> ByCountry:
    """Count over all worlds."""
    every = study.each(of_world)
    total = sum((Counter(one.accounts) for one in every), Counter())
    means = {country: count / len(every) for country, count in sorted(total.items())}
    return ByCountry(means, f"They are in {len(means)} countries.")


SECTION = Section(
    name="by_country",
    title="By country",
    kind=ByCountry,
    measure=measure,
    of_world=(of_world,),
    tables=lambda found: [ShownTable(["country", "accounts"], [[one, f"{n:g}"] for one, n in found.accounts.items()])],
)
'''


@pytest.mark.slow
def test_a_new_section_is_one_file(tmp_path: Path) -> None:
    """A file more in the folder of sections is in the answer, its JSON and schema, on the screen and on the page."""
    (tmp_path / "by_country.py").write_text(BY_COUNTRY, "utf-8")
    program = f"import synthview.claims.sections as s; s.__path__.append({str(tmp_path)!r}); from synthview.cli import main; main()"

    def ran(*words: str) -> str:
        made = subprocess.run(
            [sys.executable, "-c", program, *words],
            check=True,
            capture_output=True,
            text=True,
            cwd=ROOT,
        )
        return made.stdout

    often = [word for path, value in OFTEN.items() for word in ("--set", f"{path}={value}")]
    place, page = tmp_path / "told.json", tmp_path / "page.html"
    size = ("--households", "100", "--sample", "30", "--seeds", "1", "--workers", "1")
    where = ("--sections", "by_country", "--json", str(place), "--html", str(page))
    screen = ran("claim", "christmas-prince", *often, *size, *where)
    told = json.loads(place.read_text("utf-8"))
    found = told["by_country"]
    assert sum(found["accounts"].values()) == told["number"]["value"] > 0
    assert f"\nBy country\n{found['sentence']}\n" in screen
    assert all(country in screen for country in found["accounts"])
    html = page.read_text("utf-8")
    assert 'id="scene-by-country"' in html
    assert found["sentence"] in html
    assert (
        "by_country" in json.loads(ran("show", "claim-answer", "--as", "json-schema"))["properties"]
    )
