"""``claim``: what may be behind a published number, what it counts, how much of it is people."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from synthview.cli import screen
from synthview.cli.claim_asked import believing, questions_of
from synthview.cli.claim_foretold import foretell
from synthview.cli.claim_report import Places, shown_again
from synthview.cli.claim_words import (
    EPILOG,
    Day,
    DryRun,
    InCountry,
    Scenarios,
    Sections,
    Unit,
    Watched,
    counted_as,
)
from synthview.cli.elsewhere import WhereToWork
from synthview.cli.option_values import assignments, cast_of, names_of, typed
from synthview.cli.options import (
    Cast,
    Engine,
    Households,
    JsonFile,
    Master,
    Only,
    Seed,
    SetOption,
    Without,
    Workers,
)
from synthview.cli.outputs import stages
from synthview.cli.running import counted, stoppable
from synthview.outside.legible import legible
from synthview.outside.manuals import manual_of
from synthview.outside.paths import dataset_path

if TYPE_CHECKING:
    from synthview.claims.answer import Answer
    from synthview.claims.kept import Kept
    from synthview.claims.question import Question
    from synthview.claims.study import Effort

__all__ = ["register", "thorough_claim"]

ACCOUNTS = 109_000_000
"""Accounts of a bare claim: about as many memberships as the service had (S01d)."""
THOROUGH_SEEDS = 20
SAMPLE, THOROUGH_SAMPLE = 4_000, 20_000
_OF_WORLDS = (
    "seeds", "sample", "workers", "thorough", "sections", "exhaustive", "engine", "master",
    "dry_run",
)  # fmt: skip
"""Options that are of simulated worlds alone."""
_OF_STREAKS = ("seeds", "thorough", "sections", "exhaustive")
"""Those of them that are for streaks: others are told in full without."""


def register(app: typer.Typer) -> None:
    """Add the command of this module to the command line."""
    app.command("claim", help=manual_of(claim), rich_help_panel="Ask", epilog=EPILOG)(claim)


def claim(  # noqa: PLR0913  a command has as many parameters as options
    scenario: Scenarios,
    *,
    name: Annotated[
        list[str] | None,
        typer.Option(
            "--claim",
            metavar="NAME",
            help="Which of its claims, usually the first, or any of synthview list claims; "
            "repeatable.",
        ),
    ] = None,
    title: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Instead of a claim: who watched this title, of any catalogue.",
        ),
    ] = None,
    days: Annotated[str | None, typer.Option(metavar="N", help="Days of --title.")] = None,
    last: Annotated[
        str | None, typer.Option(metavar="DATE", help="Last day of --title; usually of all.")
    ] = None,
    said: Annotated[
        str | None, typer.Option(metavar="N", help="The number that was published, with --title.")
    ] = None,
    unit: Unit = None,
    watched: Watched = None,
    day: Day = None,
    country: InCountry = None,
    households: Households = None,
    seed: Seed = None,
    seeds: Annotated[
        str | None, typer.Option(metavar="K", help="So many worlds; usually 1, thorough 20.")
    ] = None,
    thorough: Annotated[
        bool, typer.Option("--thorough", help="All of it: definitions, causes, truth, inference.")
    ] = False,
    sections: Sections = None,
    exhaustive: Annotated[
        bool, typer.Option("--exhaustive", help="Simulate every home, without the short cut.")
    ] = False,
    sample: Annotated[
        str | None, typer.Option(metavar="N", help="Homes simulated for what concerns everybody.")
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Ask a streak of a dataset on disk, or of a DuckDB database."
        ),
    ] = None,
    sql: Annotated[
        bool, typer.Option("--sql", help="Print a streak's query, and nothing else.")
    ] = False,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE|-", help="Write a page that shows it.")
    ] = None,
    png: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a still picture for sharing.")
    ] = None,
    json: JsonFile = None,
    prior: Annotated[
        list[str] | None,
        typer.Option(
            "--prior",
            metavar="PATH=LOW:HIGH",
            help="What to believe of a setting (5 % and 95 % points) when a number is concluded "
            "from; repeatable.",
        ),
    ] = None,
    set_: SetOption = None,
    without: Without = None,
    only: Only = None,
    cast: Cast = None,
    workers: Workers = None,
    engine: Engine = None,
    master: Master = None,
    dry_run: DryRun = False,
) -> None:
    """Show what a published number counts, how much of it is people, how little it pins down.

    Several claims make one page. Of a kept answer, its JSON, it makes the page again.
    """
    from synthview.engines.order import Order

    if shown_again(scenario, places := _places(html, png, json)):
        return
    asked = Order(
        scenario=scenario[0],
        seed=counted("--seed", seed, least=0),
        households=counted("--households", households) or ACCOUNTS,
        settings=assignments(set_),
        without=without or (),
        only=names_of(only),
        cast=cast_of(cast),
    )
    data = _place_of(data)
    words = {"days": days, "last": last, "said": said}
    found = questions_of(asked, scenario, name or (), title, data, words)
    questions = _believed(
        found, (unit, watched, day, country), prior, concludes=thorough or bool(sections)
    )
    worlds = _by_name(
        seeds, sample, workers, thorough, sections, exhaustive, engine, master, dry_run
    )
    _refuse_beside(places, data, sql=sql, worlds=worlds, made=vars(asked))
    places.check_many(len(questions), sql=sql)
    if sql:
        _show_query(questions[0], data)
        return
    _print(questions, data, worlds, places)


def _believed(
    found: Sequence[Question],
    how: Sequence[str | None],
    prior: Sequence[str] | None,
    *,
    concludes: bool,
) -> list[Question]:
    """Questions counted by words for how, and with priors where a number is concluded from."""
    return [
        believing(counted_as(one, how), prior if _heeds(one, found) else None, concludes=concludes)
        for one in found
    ]


def _by_name(*said: object) -> dict[str, Any]:
    """Options of worlds by name, as they were typed."""
    return dict(zip(_OF_WORLDS, said, strict=True))


def _places(*typed_paths: Path | None) -> Places:
    """Where the answer goes: page, picture, JSON. Raises InputError where it cannot."""
    places = Places(*map(typed, typed_paths, ("--html", "--png", "--json")))
    places.check()
    return places


def _place_of(data: Path | None) -> Path | None:
    """Where the dataset of --data is."""
    return None if data is None else dataset_path(data, "--data")


def _print(
    questions: Sequence[Question], data: Path | None, worlds: Mapping[str, Any], places: Places
) -> None:
    """Ask a dataset or worlds, and put the answers where they go."""
    warnings = (one for asked in questions for one in asked.scenario.warnings)
    screen.warn(list(dict.fromkeys(warnings)))
    if data is None:
        where = WhereToWork(worlds["engine"], worlds["master"])
        where.check(worlds["workers"])
        asked = [_asked(one, worlds, questions) for one in questions]
        if worlds["dry_run"]:
            foretell([(one.question, one.effort, one.names) for one in asked])
            return
        with where.working() as cores:
            _answer([one.by(cores) for one in asked], places.fill)
        return
    with stoppable(None):
        found = [_of_dataset(one, data) for one in questions]
    for one in found:
        places.check_answer(one)
    places.fill(*found)


@dataclass(frozen=True)
class _Asked:
    """A question, how much is done for it, and the sections that are asked for."""

    question: Question
    effort: Effort
    names: Sequence[str]

    def by(self, cores: int | None) -> _Asked:
        """The same with as many workers, where they are counted elsewhere."""
        return replace(self, effort=replace(self.effort, workers=cores or self.effort.workers))

    @property
    def kept(self) -> Kept:
        """Where what is finished is kept until all is."""
        from synthview.claims.kept import Kept

        scenario, effort = self.question.scenario.as_dict(), self.effort
        said = (scenario, self.question.claim, effort.seeds, effort.sample, _typed())
        return Kept.of(*said)


def _heeds(question: Question, all_: Sequence[Question]) -> bool:
    """Whether options for streaks are for a question: for others only where there is no streak."""
    kinds = {one.claim.kind for one in all_}
    return question.claim.kind == "streak" or "streak" not in kinds


def _asked(question: Question, worlds: Mapping[str, Any], all_: Sequence[Question]) -> _Asked:
    """A question with its effort; beside streaks, others are answered without what is for these."""
    own = worlds if _heeds(question, all_) else {**worlds, **dict.fromkeys(_OF_STREAKS)}
    if any(worlds[name] for name in _OF_STREAKS) and own != worlds:
        said = (
            f"“{question.claim.name}” is of the kind {question.claim.kind}: it is told in full "
            "without --thorough, --sections, --seeds and --exhaustive, which are for streaks."
        )
        screen.warn([said])
    sections = names_of(own["sections"], "--sections", "section") or ()
    return _Asked(question, _effort(own, question), sections)


def _show_query(question: Question, data: Path | None) -> None:
    """The statement, and before it those that name the tables of a directory as it wants them."""
    from synthview.claims.counting.sql import query, tables_at
    from synthview.claims.counting.statements import statements_of
    from synthview.claims.question import only_for_streaks

    only_for_streaks(question, sql=question.claim.kind != "streak")
    statement = query(question)
    tables = (
        tables_at("DIR", statement)
        if data is None
        else statements_of(data, statement, question.title, question.claim.country)
    )
    screen.say(f"{tables}\n{statement}", nl=False)


def _effort(said: Mapping[str, Any], question: Question) -> Effort:
    """How much is done, by the options for it; without them as much as the question needs."""
    from synthview.claims.simulation.estimates import sized
    from synthview.claims.study import Effort
    from synthview.engines.local import available_workers

    thorough = bool(said["thorough"] or said["sections"])
    is_wide = thorough and question.claim.kind == "streak"
    usual = THOROUGH_SAMPLE if is_wide else SAMPLE
    return Effort(
        seeds=counted("--seeds", said["seeds"]) or (THOROUGH_SEEDS if is_wide else 1),
        workers=counted("--workers", said["workers"]) or available_workers(),
        sample=counted("--sample", said["sample"]) or sized(question, usual),
        thorough=thorough,
        exhaustive=bool(said["exhaustive"]),
    )


def _of_dataset(question: Question, data: Path) -> Answer:
    """The answer of a dataset on disk."""
    from synthview.claims.answer import answer_of_dataset

    return answer_of_dataset(question, data, _typed())


def _answer(asked: Sequence[_Asked], fill: Callable[..., None]) -> None:
    """Ask the questions and hand on the answers; what is finished is kept until then."""
    kept = [one.kept for one in asked]
    if any(one.is_begun for one in kept):
        screen.say(
            "An earlier run of this command was stopped: what it had finished is not done again.",
            err=True,
        )
    found = [_answered(*both, alone=len(asked) == 1) for both in zip(asked, kept, strict=True)]
    fill(*found)
    for one in kept:
        one.clear()


def _answered(asked: _Asked, kept: Kept, *, alone: bool) -> Answer:
    """The answer to one question; of several its progress says which."""
    from synthview.claims.answer import answer

    goes_on_in = str(kept.directory) if kept.directory else None
    if asked.effort.thorough and not goes_on_in:
        screen.warn(["Nothing can be kept in the cache directory: a run that is stopped is lost."])
    own = "" if alone else f"{asked.question.claim.name}: "
    with stoppable(goes_on_in), stages("claim", with_counts=True) as listen:

        def on_progress(stage: str, done: int, of: int) -> None:
            listen(f"{own}{stage}", done, of)

        effort, names = asked.effort, asked.names
        return answer(asked.question, effort, _typed(), on_progress, names=names, kept=kept)


def _typed() -> str:
    """The command as it was typed."""
    return legible(shlex.join(["synthview", *sys.argv[1:]]))


def _refuse_beside(
    places: Places,
    data: Path | None,
    *,
    sql: bool,
    worlds: Mapping[str, object],
    made: Mapping[str, Any],
) -> None:
    """Refuse what has no effect beside --sql or --data: options of simulated worlds, and `made`."""
    if sql:
        _refuse("--sql prints a query and does nothing else", **vars(places), **worlds)
    if worlds["thorough"]:
        _refuse("--thorough tells all sections", sections=worlds["sections"])
    if data is not None:
        others = {name: made[name] for name in ("seed", "without", "only", "cast")}
        others["households"] = made["households"] != ACCOUNTS
        _refuse(
            "it is for simulated worlds; --data asks a dataset as it is",
            **worlds,
            **others,
        )


def _refuse(why: str, **said: object) -> None:
    """Refuse options that would do nothing beside another."""
    from synthview.errors import InputError

    if typed_ones := [name.replace("_", "-") for name, is_said in said.items() if is_said]:
        raise InputError(f"--{typed_ones[0]} cannot be used here: {why}. Leave one out.")


def thorough_claim(scenario: str, fill: Callable[[Answer], None]) -> None:
    """Answer the first claim of a scenario in full, and hand on the answer."""
    from synthview.claims.question import ask
    from synthview.registry import installed
    from synthview.scenario import load

    question = ask(load(scenario, installed(), {"run.households": ACCOUNTS}))
    nothing_said = dict.fromkeys(("seeds", "sample", "workers", "sections", "exhaustive"))
    effort = _effort({**nothing_said, "thorough": True}, question)
    _answer([_Asked(question, effort, [])], fill)
