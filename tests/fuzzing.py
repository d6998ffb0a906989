"""Command lines and files as people mistype, cut and mangle them: the same for the same seed.

`python tests/fuzzing.py FIRST COUNT` runs some in a directory of their own, and says which ended as none may.
"""

from __future__ import annotations

import contextlib
import gc
import io
import os
import random
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from synthview import cli
from synthview.cli import streams

__all__ = ["Ended", "attempt", "prepared", "some_words"]

CONFIGS = Path(__file__).parents[1] / "configs"
FINE = {0, 1, 2, 3, 130}
SECONDS = 2.0
"""What takes longer works, and is stopped as by Ctrl-C."""
COMMANDS = (
    "generate FILE -o out --households 2 --days 1 --workers 1 --dry-run",
    "generate tiny -o out --households 2 --days 1 --workers 1 --format csv --tables log.plays",
    "generate tiny -o run --households 3 --days 1 --workers 1 --format ndjson",
    "generate tiny -o run --households 3 --days 2 --workers 1 --format ndjson",
    "generate tiny -o out --households 2 --days 1 --workers 1 --partition none --ids int --sort received",
    "generate tiny -o - --households 2 --days 1 --workers 1 --tables log.accounts --format csv",
    "generate tiny -o out --format movielens --households 2 --days 1 --workers 1",
    "generate tiny --load day -o load --households 2 --days 1 --workers 1",
    "generate tiny -o out --household 3 --days 1 --workers 1 --set actors.misclick.rate=0.5 --without reseller",
    "generate tiny -o out --cast cat_on_remote=1 --country US --epoch 2017-09-01 --from 2017-10-02 --dry-run",
    "generate everyday --size S --dry-run -o out --compression zstd --file-size 64 --row-group 10000",
    "stream FILE -o - --days 1 --households 2 --workers 0",
    "stream tiny -o out.ndjson --until 2017-10-03 --households 2 --workers 0 --resume position.json",
    "stream tiny -o out.bin --days 1 --households 2 --workers 0 --format snowplow --speed 1000000x --overwrite",
    "stream tiny -o kafka://nowhere.invalid:1/plays --days 1 --households 2 --workers 0 --kafka linger.ms=1",
    "stream tiny -o http://nowhere.invalid:1/x --days 1 --households 2 --workers 0 --header A:b --rate 9k/s",
    "convert run --format movielens -o out --keys keys.csv",
    "convert run --format netflix-history --limit 1 -o histories --with locale=de",
    "convert run --format sqlite -o out.sqlite --limit 1 --overwrite",
    "convert run --format excel -o out.xlsx --with events=yes",
    "queries --dialect duckdb",
    "queries streak_ladder --truth",
    "queries daily_actives --dialect duckdb --data run",
    "claim FILE --title X --days 2 --sql",
    "claim tiny --title X --days 2 --last 2017-10-03 --households 5 --workers 1 --json a.json",
    "claim christmas-prince --data run --json a.json",
    "claim christmas-prince --households 5 --workers 1 --sample 5",
    "claim christmas-prince --watched any --country GB --unit profile --day utc --sql",
    "claim christmas-prince --sections causes --households 5 --workers 1 --sample 5 --seeds 1",
    "claim answer.json --html a.html",
    "privacy prize --only linkage --households 20 --seed 3 --json a.json",
    "privacy run --columns country,age --sensitive plan --only anonymity",
    "privacy FILE --households 2 --json a.json",
    "realism tiny --households 2 --only T04 --json a.json --workers 1",
    "realism FILE --households 2 --only T04 --workers 1",
    "new actor dog_barks",
    "new scenario other",
    "new claim sixty",
    "new film river",
    "show FILE",
    "show plays --as sql --dialect postgresql",
    "show sittings.together --as json",
    "list sources FILE --as markdown",
    "list claims",
    "compare zoo --without cat_on_remote --households 2 --days 1",
    "explain tiny --household 3 --days 1 --html a.html",
    "check run --score predictions.csv",
    "check run --leaks",
    "check run",
)  # fmt: skip
NASTY = (
    "", " ", "-", "--", "-o", "-1", "0", "1", "1.5", "nan", "inf", "1e309", "9" * 40, "1_0", "0x10", "٣", "½",
    "true", "None", "null", "[]", "{}", "[", '"', "'", "\\", "\x1b[2J", "\x7f", "\u202e", "\ud800", "é" * 9, "💥", "a" * 5000,
    "=", "a=b", "a=", "=b", "run.days=3", "run.days=0", "run.households=-1", "actors.*.rate=1", "a.b.c.d=1", ":", "1:0", "a:b",
    ",", "a,,b", "log.plays", "log.nothing", "truth", "2017-02-30", "2017-10-02T25:00", "9999-12-31", "0001-01-01", "today",
    "file", "folder", "link", "loop", "pipe", "cut.toml", "empty", "run", "run/manifest.json", "../x/y", "~", "~nobody/x",
    "/dev/null", "/dev/full", "/proc/self/mem", "/proc/1", "missing/deep/x", "x.duckdb", "a*b", "run[1]", "a?b", "%s", "{0}", "$HOME",
    "a b", "\t", "\n", "http://", "kafka://", "postgresql://nowhere.invalid/x", "--help", "--set", "--version", "-h", "--workers", "1e9",
)  # fmt: skip
VALUES = (
    "0", "-1", "1", "2", "0.5", "1.5", "1e9", "1e400", "nan", "inf", "-inf", '""', '"x"', "true", "[]", "{}", "[1, 2]", "[[]]",
    "2017-10-02", '"2017-02-30"', '"\\u0000"', "9223372036854775808", "'''a'''", "[{}]", "{a = 1}", '"' + "x" * 3000 + '"',
)  # fmt: skip
FOREIGN = ("file", "folder/mine.txt", "empty", "log/mine.csv", "answers.txt", "predictions.csv")


@dataclass(frozen=True)
class Ended:
    """How a command line ended."""

    words: list[str]
    code: object
    told: str
    harm: tuple[str, ...]
    """Files of others that are not as they were."""

    @property
    def is_fine(self) -> bool:
        """No traceback, a code of ours, one line that says something, and nobody's file touched."""
        said_so = self.code in (0, 130) or len(self.told.strip()) > len("error:")
        return self.code in FINE and "Traceback" not in self.told and said_so and not self.harm


@contextmanager
def prepared(place: Path, *, has_run: bool = True) -> Iterator[Mapping[str, bytes]]:
    """Put files of many kinds into a directory, and stay there; gives those that are nobody's business.

    With `has_run` a dataset is among them.
    """
    before = Path.cwd()
    os.chdir(place)
    try:
        for name in FOREIGN:
            Path(name).parent.mkdir(exist_ok=True)
            Path(name).write_bytes(b"" if name == "empty" else f"{name}\n1,2\n".encode())
        Path("link").symlink_to("nowhere")
        Path("loop").symlink_to("loop")
        os.mkfifo("pipe")
        if has_run:
            run_words(
                [
                    "generate",
                    "tiny",
                    "-o",
                    "whole",
                    "--households",
                    "3",
                    "--days",
                    "1",
                    "--workers",
                    "1",
                    "--format",
                    "ndjson",
                ]
            )
        yield {name: Path(name).read_bytes() for name in FOREIGN}
    finally:
        os.chdir(before)


def some_words(chance: random.Random) -> list[str]:
    """A command line with some slips, and the files that it names."""
    words = chance.choice(COMMANDS).split()
    for _ in range(chance.choice((0, 0, 1, 1, 1, 2))):
        words = _SLIPS[chance.randrange(len(_SLIPS))](words, chance)
    if "FILE" in words or chance.random() < 0.1:
        Path("mine.toml").write_bytes(some_scenario(chance))
        words = ["mine.toml" if one == "FILE" else one for one in words]
    _damage_run(chance)
    return words


def some_scenario(chance: random.Random) -> bytes:
    """The file of a scenario with some slips."""
    text = chance.choice(sorted(CONFIGS.glob("*.toml"))).read_text("utf-8")
    lines = text.splitlines()
    for _ in range(chance.choice((1, 1, 2, 4))):
        at = chance.randrange(len(lines))
        lines[at : at + 1] = _changed_line(lines[at], lines, chance)
        lines = lines or [""]
    content = "\n".join(lines).encode(errors="surrogatepass")
    return mangled(content, chance) if chance.random() < 0.2 else content


def _changed_line(line: str, lines: Sequence[str], chance: random.Random) -> list[str]:
    kind = chance.randrange(7)
    if kind == 0:
        return []
    if kind == 1:
        return [line, line]
    if kind == 2:
        return [line, chance.choice(lines)]
    if kind == 3:
        return [
            chance.choice(
                (
                    "[run",
                    "[[claims]]",
                    "[actors.cat]",
                    'extends = "tiny"',
                    'extends = "mine.toml"',
                    "= 1",
                )
            )
        ]
    key, sign, _ = line.partition("=")
    if sign and kind in (4, 5):
        return [f"{key}= {chance.choice(VALUES)}"]
    return ["".join(_slip_of_letters(list(line), chance))]


def _slip_of_letters(letters: list[str], chance: random.Random) -> list[str]:
    at = chance.randrange(len(letters) + 1)
    return [
        *letters[:at],
        *chance.choice(([], ["x"], ["."], ["\x00"], ["é"], ['"'])),
        *letters[at + chance.randrange(2) :],
    ]


def mangled(content: bytes, chance: random.Random) -> bytes:
    """Bytes cut off, turned over, doubled or put in between."""
    at = chance.randrange(len(content) + 1)
    more = bytes(chance.randrange(256) for _ in range(chance.randrange(1, 5)))
    return chance.choice(
        (
            content[:at],
            content[at:],
            content[:at] + more + content[at:],
            content[:at] + more + content[at + 4 :],
            content[:at] * 2,
            b"",
        )
    )


def _damage_run(chance: random.Random) -> None:
    """A dataset with a damaged file, and other files that commands read."""
    import shutil

    shutil.rmtree("run", ignore_errors=True)
    for one in ("out", "load", "histories"):
        shutil.rmtree(one, ignore_errors=True)
    if Path("whole").exists():
        shutil.copytree("whole", "run")
    for one in (
        "dog_barks.py",
        "other.toml",
        "sixty.toml",
        "river.toml",
        "out.sqlite",
        "out.xlsx",
        "out.ndjson",
    ):
        Path(one).unlink(missing_ok=True)
    if chance.random() < 0.4 and Path("run").exists():
        files = sorted(one for one in Path("run").rglob("*") if one.is_file())
        one = chance.choice([Path("run/manifest.json"), chance.choice(files)])
        one.write_bytes(mangled(one.read_bytes(), chance))
    Path("position.json").write_bytes(
        mangled(
            b'{"stream": {}, "received_ms": 1, "received_time": "x", "messages_at_it": 0}', chance
        )
    )
    Path("answer.json").write_bytes(
        mangled(b'{"question": {"claim": {"name": "x"}}, "number": 53}', chance)
    )
    Path("cut.toml").write_bytes(b"[run\n")


def _replaced(words: list[str], chance: random.Random) -> list[str]:
    at = chance.randrange(len(words))
    return [*words[:at], chance.choice(NASTY), *words[at + 1 :]]


def _left_out(words: list[str], chance: random.Random) -> list[str]:
    at = chance.randrange(len(words))
    return [*words[:at], *words[at + 1 :]] or words


def _put_in(words: list[str], chance: random.Random) -> list[str]:
    at = chance.randrange(len(words) + 1)
    return [*words[:at], chance.choice(NASTY), *words[at:]]


def _doubled(words: list[str], chance: random.Random) -> list[str]:
    at = chance.randrange(len(words))
    return [*words, *words[at : at + 2]]


def _mixed(words: list[str], chance: random.Random) -> list[str]:
    others = chance.choice(COMMANDS).split()
    at = chance.randrange(len(others))
    return [*words, *others[at : at + 2]]


def _mistyped(words: list[str], chance: random.Random) -> list[str]:
    at = chance.randrange(len(words))
    return [*words[:at], "".join(_slip_of_letters(list(words[at]), chance)), *words[at + 1 :]]


_SLIPS: tuple[Callable[[list[str], random.Random], list[str]], ...] = (
    _replaced, _replaced, _left_out, _put_in, _doubled, _mixed, _mistyped,
)  # fmt: skip


def run_words(words: Sequence[str]) -> tuple[object, str]:
    """Run a command line in this process; its exit code, and what it said."""
    raw = io.BytesIO()
    said = io.TextIOWrapper(raw, "utf-8", errors="backslashreplace", write_through=True)
    environment = {
        "_TYPER_FORCE_DISABLE_TERMINAL": "1",
        "HOME": str(Path.cwd()),
        "SYNTHVIEW_DEBUG": "1",
    }
    patched = (
        mock.patch.object(streams, "prepare"),
        mock.patch.object(sys, "argv", ["synthview", *words]),
        mock.patch.dict(os.environ, environment),
        contextlib.redirect_stdout(
            io.TextIOWrapper(io.BytesIO(), "utf-8", errors="backslashreplace")
        ),
        contextlib.redirect_stderr(said),
    )
    code: object = 0
    with contextlib.ExitStack() as stack:
        for one in patched:
            stack.enter_context(one)
        try:
            cli.main()
        except SystemExit as ended:
            code = ended.code
    said.flush()
    return code, raw.getvalue().decode()


def attempt(number: int, foreign: Mapping[str, bytes]) -> Ended:
    """Run the command line of a number; what takes long is stopped."""
    words = some_words(random.Random(number))

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGALRM, stop)
    gc.disable()  # an interrupt within what is called at a collection would be lost
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        code, told = run_words(words)
    except BaseException as error:  # noqa: BLE001  nothing may come through
        code, told = type(error).__name__, f"Traceback: {error!r}"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        gc.enable()
    harm = tuple(
        one
        for one, content in foreign.items()
        if not Path(one).is_file() or Path(one).read_bytes() != content
    )
    for one in harm:
        Path(one).parent.mkdir(exist_ok=True)
        Path(one).write_bytes(foreign[one])
    return Ended(words, code, told, harm)


def main(first: int, count: int) -> None:
    """Run so many, and print those that ended as none may."""
    codes: dict[object, int] = {}
    with tempfile.TemporaryDirectory() as folder, prepared(Path(folder)) as foreign:
        for number in range(first, first + count):
            ended = attempt(number, foreign)
            codes[ended.code] = codes.get(ended.code, 0) + 1
            if not ended.is_fine:
                sys.stdout.write(
                    f"== {number} {ended.words!r}\n   {ended.code} {ended.harm}\n{ended.told[-1500:]}\n"
                )
                sys.stdout.flush()
    sys.stdout.write(f"{codes}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
