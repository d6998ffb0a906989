"""The command line: parses, calls the library, prints. A mistake gets one line, no traceback."""

from __future__ import annotations

import os
import sys
import traceback
from importlib import import_module
from typing import Annotated, Any, Never

import typer
from typer.core import TyperGroup

from synthview.cli import guard, screen, streams
from synthview.errors import OutputError, SynthviewError
from synthview.outside.extras import missing_extra
from synthview.outside.legible import one_line
from synthview.versions import CHECKOUT, own_version

__all__ = ["app", "main"]

BUG, STOPPED = 70, 130
LONGEST_TOLD = 500
EPILOG = """
[bold]First steps[/bold]

  synthview demo  [dim]a world of a Christmas film, made and counted within a minute[/dim]

  synthview generate tiny -o out  [dim]twenty homes for three days, as files[/dim]

  synthview show everyday  [dim]every setting: value, unit, range, source[/dim]

  synthview show sittings.together  [dim]one of them[/dim]

  synthview show plays --as sql  [dim]the columns of a table[/dim]

[bold]Exit codes[/bold]  0 done, 1 the run could not go on, 2 something typed or written is wrong, \
3 a place to read or write is not usable, 70 a bug of ours, 130 stopped by you.
"""


class _Commands(TyperGroup):
    """Stops politely at Ctrl-C and at a closed pipe, which the library would call failures.

    Its help shows a flag as what it is: a word that takes no value.
    """

    def get_params(self, ctx: Any) -> list[Any]:
        return _flags_alone(super().get_params(ctx))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        found = super().get_command(ctx, cmd_name)
        if found is not None:
            _flags_alone(found.get_params(ctx))
        return found

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            _stop()
        except BrokenPipeError:
            streams.discard_rest()
            raise typer.Exit from None
        except Exception as error:  # noqa: BLE001  raised again, with safe words
            raise _legible(error)  # noqa: B904  the same error

    def make_context(self, *values: Any, **named: Any) -> Any:
        try:
            return super().make_context(*values, **named)
        except Exception as error:  # noqa: BLE001  raised again, with safe words
            raise _legible(error)  # noqa: B904  the same error


def _flags_alone(options: list[Any]) -> list[Any]:
    """Leave the word bool out of the help of options that take no value."""
    for one in options:
        if getattr(one, "is_flag", False) and one.metavar is None:
            one.metavar = ""
    return options


def _legible(error: Exception) -> Exception:
    """Make what was typed safe to repeat, in the library's own messages about it."""
    if hasattr(error, "format_message") and isinstance(
        message := getattr(error, "message", None), str
    ):
        error.message = one_line(message)[:LONGEST_TOLD]  # type: ignore[attr-defined]
    return error


app = typer.Typer(
    name="synthview",
    cls=_Commands,
    help="Simulate a streaming-video service: the log it would record, "
    "and beside it the truth of who watched.",
    epilog=EPILOG,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:  # noqa: FBT001  the framework passes it by position
    if wanted:
        version = own_version()
        is_installed = version != CHECKOUT
        said = f" {version}" if is_installed else " (from a checkout that is not installed)"
        screen.say(f"synthview{said}")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[  # noqa: FBT002  an option, which the framework passes by name
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Hold the options that go before a command."""


COMMANDS = (
    "demo",
    "generate",
    "convert",
    "stream",
    "new",
    "look",
    "canonical",
    "compare",
    "explain",
    "claim",
    "check",
    "detect",
    "realism",
    "privacy",
)
for name in COMMANDS:
    import_module(f"synthview.cli.{name}").register(app)


def main() -> None:
    """Run the command line; every way it can end is one line and an exit code."""
    streams.prepare()
    if not screen.is_coloured(sys.stdout):
        os.environ["_TYPER_FORCE_DISABLE_TERMINAL"] = (
            "1"  # help and usage errors then have no codes at all
        )
    sys.exit(guard.guarded(_carried_out) if guard.is_wanted() else _carried_out())


def _carried_out() -> Any:
    """Run the command that was typed, say what went wrong, and return the exit code."""
    try:
        code = _run()
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read our output has had enough of it
        streams.discard_rest()
        return 0
    except BaseException as error:  # noqa: BLE001  a panic of a library is no Exception
        return _report_error(error)
    return code


def _run() -> Any:
    """Run the command that was typed, and return its exit code."""
    try:
        app(prog_name="synthview")
    except SystemExit as ended:
        if isinstance(
            ended.__context__, BrokenPipeError
        ):  # whoever prints help calls a reader that leaves a failure
            raise ended.__context__ from None
        return ended.code
    return 0


def _report_error(error: BaseException) -> int:
    """Say in one line what went wrong, and return the exit code; raise what is no failure."""
    from synthview.engines.shortage import in_words, is_panic

    error = in_words(error) or error
    if isinstance(error, SynthviewError):
        return _fail(str(error), error.exit_code)
    if isinstance(error, KeyboardInterrupt):
        return STOPPED
    if isinstance(error, OSError):
        streams.discard_rest()
        return _fail(_place_error(error), OutputError.exit_code)
    if isinstance(error, Exception) or is_panic(error):
        return _confess(error)
    raise error


def _place_error(error: OSError) -> str:
    """Say which place is not usable, and why."""
    if isinstance(error, FileNotFoundError) and error.filename is None:
        return "The current directory was removed. Change to one that is there."
    return f"{error.filename or 'the output'}: {error.strerror or error}"


def _stop() -> Never:
    screen.say("Stopped.", err=True)
    raise typer.Exit(STOPPED)


def _fail(message: str, code: int) -> int:
    screen.fail(message)
    return code


def _confess(error: BaseException) -> int:
    if isinstance(error, ImportError) and (missing := missing_extra(error)):
        return _fail(str(missing), missing.exit_code)
    if os.environ.get("SYNTHVIEW_DEBUG") == "1":
        traceback.print_exception(error)
    text = f"{type(error).__name__}: {error}".splitlines()[0]
    return _fail(
        f"This is a bug in synthview ({text}). Please report it with the command you ran and what "
        "synthview --version says; SYNTHVIEW_DEBUG=1 before the command shows where it happened.",
        BUG,
    )
