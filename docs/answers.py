"""Makes docs/sample: eighteen days of the zoo as a service would have them, and the answers.

python docs/answers.py          # writes docs/sample anew
"""

from __future__ import annotations

import shutil
from collections.abc import Set as AbstractSet
from pathlib import Path

import polars as pl

from synthview import generate
from synthview.explain import Play, Story, acts, household_of_cast, point, story, summary
from synthview.explain.telling import NOTICED_MS
from synthview.explain.words import (
    clock,
    day_in_words,
    first_line,
    length,
    listed,
    spoken,
)
from synthview.registry import ACTORS, FAULTS, installed
from synthview.scenario import Scenario, load
from synthview.sinks.text import encode_ids
from synthview.wording import capital

__all__ = ["COMMAND", "SAMPLE", "make"]

SAMPLE = Path(__file__).with_name("sample")
ANSWERS = ["play_id", "causes", "attended_ms", "viewer_count"]
"""What `who_watched.csv` has of truth.plays; the rest of its columns are those of log.plays."""
TABLES = (
    "log.accounts,log.plays,"
    "truth.households,truth.persons,truth.accounts,truth.incidents,truth.deliveries"
)
COMMAND = f"synthview generate zoo --format csv --partition none --tables {TABLES} -o zoo"
EXAMPLES = 3
"""How many plays of each household stand on the page."""
HEAD = """# The zoo, with its answers

Twenty-four invented households over eighteen days. Something is amiss in each of them, and each
time it is something else. In fifteen an *actor* changes what happened (a cat, a reseller, somebody
asleep). In nine a *fault* changes only what was recorded (a lost message, a wrong clock). The two
faults that damage files have no household here; the scenario `nasty` has them.

`zoo/log` is what the service has. `zoo/truth` is what it does not have.
This command makes both:

```sh
{command}
```

[`who_watched.csv`](who_watched.csv) says of every play that began in these days what caused it, and
how long a person attended. It has four columns of `truth.plays`. The whole table is left out for
its size, as are the messages (`log.events`) and the titles. To get all of it, run
`synthview generate zoo -o zoo`.

A game for two: one reads only `zoo/log/plays` and says of an account what goes on there; the other
reads on. Times below are local times at home; times in the files are UTC. `python docs/answers.py`
writes this page from the world itself.

| account | household | what is amiss |
|---|---|---|
{index}

"""


def make(directory: Path = SAMPLE) -> None:
    """Write the sample, the answers play by play, and the sheet of answers into a directory."""
    directory.mkdir(parents=True, exist_ok=True)
    zoo = directory / "zoo"
    shutil.rmtree(zoo, ignore_errors=True)
    generate(
        "zoo",
        format="csv",
        partition="none",
        tables=TABLES,
        directory=zoo,
        workers=1,
    )
    plays = generate("zoo", tables=["truth.plays"]).truth.plays.select(ANSWERS)
    ids = encode_ids(plays["play_id"], "p")
    plays.with_columns(ids).write_csv(directory / "who_watched.csv")
    sheet = _sheet(load("zoo", installed()), set(plays["play_id"]))
    (directory / "README.md").write_text(sheet, "utf-8")


def _sheet(scenario: Scenario, answered: AbstractSet[int]) -> str:
    """The page: which account is which, and a section for each with some of its plays.

    Plays shown are among those `answered` by who_watched.csv.
    """
    told = {}
    for name in [*ACTORS, *FAULTS]:
        if name in scenario.cast:
            household = household_of_cast(scenario, name)
            told[name] = story(scenario, household, ids="text")
    index = []
    for name, one in told.items():
        index.append(f"| `{one.account}` | {one.household} | [{name}](#{name}) |")
    sections = [_section(name, one, answered) for name, one in told.items()]
    return HEAD.format(command=COMMAND, index="\n".join(index)) + "\n".join(sections)


def _section(name: str, told: Story, answered: AbstractSet[int]) -> str:
    """What one household is, what to look for in its log, and what happened."""
    declared = {**ACTORS, **FAULTS}[name]
    tells = "; ".join(getattr(declared, "tells", ()))
    did = next(one.did for one in acts(told) if one.name == name)
    happened = f"{summary(told)} {capital(spoken(name))}: {did}."
    command = f"synthview explain {told.scenario} --household {told.household}"
    plays = _telling_plays(name, told, answered)
    return "\n".join(
        [
            f"## {name}\n\n*{first_line(declared)}*\n",
            f"{_home(told)}\n",
            f"- **Look for**: {tells}.",
            f"- **What happened**: {happened}",
            *(f"- {line}" for line in point(told)),
            f"- **Day by day**: `{command}`\n",
            "| play | when, and what | the log says | in truth |\n|---|---|---|---|",
            *(_row(name, play) for play in plays),
            "",
        ]
    )


def _home(told: Story) -> str:
    """Which household an account is, who lives there, and who else uses it."""
    home = told.home[:1].lower() + told.home[1:]
    sentences = [
        f"Account `{told.account}`, household {told.household}: {home}.",
        f"{told.living_there}.",
    ]
    for by, who in told.elsewhere.items():
        sentences.append(f"From elsewhere ({spoken(by)}): {listed(who)}.")
    return " ".join(sentences)


def _telling_plays(name: str, told: Story, answered: AbstractSet[int]) -> list[Play]:
    """Plays that the actor or fault touched and that have an answer, in order of time.

    Those about which the log is most wrong, of as many sorts as there are.
    """
    touched = [one for one in told.plays if _touched(name, one) and one.play_id in answered]
    touched.sort(key=lambda one: (-_wrong_ms(one), one.start, one.play_id))
    first_of_sort = {_sort(one): one for one in reversed(touched)}
    chosen = sorted(touched, key=lambda one: first_of_sort[_sort(one)] is not one)
    return sorted(chosen[:EXAMPLES], key=lambda one: (one.start, one.play_id))


def _touched(name: str, play: Play) -> bool:
    return name in play.causes or any(one.fault == name for one in play.mishaps)


def _sort(play: Play) -> tuple[object, ...]:
    """What is alike of plays that show the same."""
    acted, failed = sorted(map(str, play.deeds)), sorted({one.change for one in play.mishaps})
    return play.presence, play.logged is None, tuple(acted), tuple(failed)


def _wrong_ms(play: Play) -> int:
    """By how much the log is wrong about a play: in what was attended, and in when it was."""
    if play.logged is None:
        return play.played_ms
    not_attended = abs(play.logged.watched_ms - play.attended_ms)
    off = min(abs(play.logged.off_ms), play.played_ms)
    return not_attended + off


def _row(name: str, play: Play) -> str:
    """A play in four cells: its id, when and what it was, what the log has, and who sat there."""
    play_id = encode_ids(pl.Series([play.play_id]), "p").item()
    when = f"{day_in_words(play.day)}, {play.start:%H:%M}, “{play.title}” ({play.device})"
    truth = [play.viewers]
    if play.who and play.played_ms:
        truth.append(f"attended {length(play.attended_ms)} of {length(play.played_ms)}")
    truth += [str(one) for one in play.deeds if one.actor == name]
    truth += [str(one) for one in play.mishaps if one.fault == name]
    in_truth = capital("; ".join(truth))
    return f"| `{play_id}` | {when} | {_logged(play)} | {in_truth}. |"


def _logged(play: Play) -> str:
    """What the log of these days has of it: its row, and a start that is far from the true one."""
    row = play.logged
    if row is None or not row.is_in_run:
        return "nothing"
    if abs(row.off_ms) < NOTICED_MS:
        return str(row)
    return f"{row}; begun {clock(row.start, play.day)}"


if __name__ == "__main__":
    make()
    size = sum(one.stat().st_size for one in SAMPLE.rglob("*.csv"))
    print(f"Wrote {SAMPLE}: {size:,} bytes of CSV, and the answers in README.md.")
