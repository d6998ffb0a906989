"""The command line: reads what was typed, calls the library, prints; a mistake gets one line, never a traceback."""

from __future__ import annotations

import os
import sys
import traceback
from importlib import import_module
from typing import Annotated, Any, Never

import typer
from typer.core import TyperGroup

from synthview.errors import OutputError, SynthviewError
from synthview.extras import missing_extra

__all__ = ["app", "main"]

BUG, STOPPED = 70, 130
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


class _Told(TyperGroup):
    """Stops politely at Ctrl-C and at a closed pipe, which the library would call failures."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            _stop()
        except BrokenPipeError:
            _let_go()


app = typer.Typer(
    name="synthview",
    cls=_Told,
    help="Simulate a streaming-video service: the log it would record, and beside it the truth of who watched.",
    epilog=EPILOG,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _tell_version(wanted: bool) -> None:  # noqa: FBT001  the framework passes it by position
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            typer.echo(f"synthview {version('synthview')}")
        except PackageNotFoundError:
            typer.echo("synthview (from a checkout that is not installed)")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[  # noqa: FBT002  an option, which the framework passes by name
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Hold the options that go before a command."""


for name in ("demo", "make", "look", "compare", "explain", "claim", "check"):
    import_module(f"synthview.cli.{name}").register(app)


def main() -> None:
    """Run the command line; every way it can end is one line and an exit code."""
    _speak_utf8()
    try:
        app(prog_name="synthview")
    except SystemExit as ended:
        if isinstance(ended.__context__, BrokenPipeError):  # whoever prints help calls a reader that leaves a failure
            _let_go()
        sys.exit(_flushed(ended.code))
    except SynthviewError as error:
        _fail(str(error), error.exit_code)
    except KeyboardInterrupt:
        sys.exit(STOPPED)
    except BrokenPipeError:
        _let_go()
    except OSError as error:
        _fail(f"{error.filename or 'the output'}: {error.strerror or error}", OutputError.exit_code)
    except MemoryError:
        _fail("There is not enough memory; fewer --workers or --households need less.", SynthviewError.exit_code)
    except Exception as error:  # noqa: BLE001  nothing a user does may show a traceback
        _confess(error)


def _speak_utf8() -> None:
    """Write UTF-8 into pipes whatever the locale, and never fail over a letter a terminal cannot show."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


def _flushed(code: Any) -> Any:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _let_go()
    return code


def _let_go() -> Never:
    """End quietly: whoever read our output has had enough of it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(0)


def _stop() -> Never:
    typer.secho("Stopped.", err=True)
    raise typer.Exit(STOPPED)


def _fail(message: str, code: int) -> Never:
    typer.secho(f"error: {message}", fg="red", err=True)
    sys.exit(code)


def _confess(error: Exception) -> Never:
    if isinstance(error, ImportError) and (missing := missing_extra(error)):
        _fail(str(missing), missing.exit_code)
    if os.environ.get("SYNTHVIEW_DEBUG") == "1":
        traceback.print_exception(error)
    told = f"{type(error).__name__}: {error}".splitlines()[0]
    _fail(
        f"This is a bug of synthview, not of yours ({told}). Please report it with the command you ran and "
        "what synthview --version says; SYNTHVIEW_DEBUG=1 before the command shows where it happened.",
        BUG,
    )
