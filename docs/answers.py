"""Makes docs/sample: eighteen days of the zoo as a service would have them, and the sheet that says what really happened.

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
from synthview.explain.words import clock, day_in_words, first_line, length, listed, sentence, spoken
from synthview.registry import ACTORS, FAULTS, installed
from synthview.scenario import Scenario, load
from synthview.sinks.text import encode_ids

__all__ = ["COMMAND", "SAMPLE", "make"]

SAMPLE = Path(__file__).with_name("sample")
ANSWERS = ["play_id", "causes", "attended_ms", "viewer_count"]
"""What `who_watched.csv` has of truth.plays; the rest of its columns are those of log.plays."""
TABLES = "log.accounts,log.plays,truth.households,truth.persons,truth.accounts,truth.incidents,truth.deliveries"
COMMAND = f"synthview generate zoo --format csv --partition none --tables {TABLES} -o zoo"
EXAMPLES = 3
"""How many plays of each household stand on the page."""
HEAD = """# The zoo, with its answers

Twenty-four invented households over eighteen days. In each of them one thing is amiss, always another: fifteen *actors* change
what happened (a cat, a reseller, somebody asleep), nine *faults* only what was recorded (a lost message, a wrong clock).
The two faults that damage files have no household; the scenario `nasty` has them.

[`zoo/log`](zoo/log) is what the service has, [`zoo/truth`](zoo/truth) is what it does not, made by

```sh
{command}
```

and [`who_watched.csv`](who_watched.csv) says of every play that began in these days what had a part in it, and how long a person attended: four
columns of `truth.plays`, which is left out above for its size, as are the messages (`log.events`) and the titles. All of it:
`synthview generate zoo -o zoo`.

A game for two: one reads `zoo/log/plays` alone and says of an account what goes on there; the other reads on. Times below are those
of the wall at home, times in the files are UTC. This page is written by `python docs/answers.py` from the world itself.

| account | household | what is amiss |
|---|---|---|
{index}

"""


def make(directory: Path = SAMPLE) -> None:
    """Write the sample, the answers play by play, and the sheet of answers into a directory."""
    directory.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(directory / "zoo", ignore_errors=True)
    generate("zoo", format="csv", partition="none", tables=TABLES, directory=directory / "zoo", workers=1)
    plays = generate("zoo", tables=["truth.plays"]).truth.plays.select(ANSWERS)
    plays.with_columns(encode_ids(plays["play_id"], "p")).write_csv(directory / "who_watched.csv")
    (directory / "README.md").write_text(_sheet(load("zoo", installed()), set(plays["play_id"])), "utf-8")


def _sheet(scenario: Scenario, answered: AbstractSet[int]) -> str:
    """The page: which account is which, and a section for each with some of the plays that who_watched.csv answers."""
    told = {
        name: story(scenario, household_of_cast(scenario, name), ids="text")
        for name in [*ACTORS, *FAULTS]
        if name in scenario.cast
    }
    index = [f"| `{one.account}` | {one.household} | [{name}](#{name}) |" for name, one in told.items()]
    sections = (_section(name, one, answered) for name, one in told.items())
    return HEAD.format(command=COMMAND, index="\n".join(index)) + "\n".join(sections)


def _section(name: str, told: Story, answered: AbstractSet[int]) -> str:
    """What one household is, what to look for in its log, and what happened."""
    declared = {**ACTORS, **FAULTS}[name]
    did = next(one.did for one in acts(told) if one.name == name)
    home = told.home[:1].lower() + told.home[1:]
    elsewhere = [f" From elsewhere ({spoken(by)}): {listed(who)}." for by, who in told.elsewhere.items()]
    return "\n".join([
        f"## {name}\n\n*{first_line(declared)}*\n",
        f"Account `{told.account}`, household {told.household}: {home}. {told.living_there}.{''.join(elsewhere)}\n",
        f"- **Look for**: {'; '.join(getattr(declared, 'tells', ()))}.",
        f"- **What happened**: {summary(told)} {sentence(spoken(name))}: {did}.",
        *(f"- {line}" for line in point(told)),
        f"- **Day by day**: `synthview explain {told.scenario} --household {told.household}`\n",
        "| play | when, and what | the log says | in truth |\n|---|---|---|---|",
        *(_row(name, play) for play in _telling_plays(name, told, answered)),
        "",
    ])  # fmt: skip


def _telling_plays(name: str, told: Story, answered: AbstractSet[int]) -> list[Play]:
    """Plays that it touched, of those with an answer: those of which the log has most wrong, none like another while others are left."""
    touched = [one for one in told.plays if _touched(name, one) and one.play_id in answered]
    touched.sort(key=lambda one: (-_wrong_ms(one), one.start, one.play_id))
    each = {_sort(one): one for one in reversed(touched)}
    chosen = sorted(touched, key=lambda one: each[_sort(one)] is not one)[:EXAMPLES]
    return sorted(chosen, key=lambda one: (one.start, one.play_id))


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
    return abs(play.logged.watched_ms - play.attended_ms) + min(abs(play.logged.off_ms), play.played_ms)


def _row(name: str, play: Play) -> str:
    """A play in four cells: its id, when and what it was, what the log has of it, and who sat there."""
    play_id = encode_ids(pl.Series([play.play_id]), "p").item()
    when = f"{day_in_words(play.day)}, {play.start:%H:%M}, “{play.title}” ({play.device})"
    deeds = [str(one) for one in play.deeds if one.actor == name]
    mishaps = [str(one) for one in play.mishaps if one.fault == name]
    attended = (
        [f"attended {length(play.attended_ms)} of {length(play.played_ms)}"] if play.who and play.played_ms else []
    )
    truth = sentence("; ".join([play.viewers, *attended, *deeds, *mishaps]))
    return f"| `{play_id}` | {when} | {_logged(play)} | {truth}. |"


def _logged(play: Play) -> str:
    """What the log of these days has of it: its row, and a start that is far from the true one."""
    row = play.logged
    if row is None or not row.is_in_run:
        return "nothing"
    return f"{row}; begun {clock(row.start, play.day)}" if abs(row.off_ms) >= NOTICED_MS else str(row)


if __name__ == "__main__":
    make()
    size = sum(one.stat().st_size for one in SAMPLE.rglob("*.csv"))
    print(f"Wrote {SAMPLE}: {size:,} bytes of CSV, and the answers in README.md.")
