"""Takes a run of ``synthview claim … --thorough --json FILE`` into the package, with its picture.

synthview claim christmas-prince --thorough --json run.json
python docs/ship.py run.json
"""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import Any

from synthview.claims.page import picture, render
from synthview.claims.shipped import RUN, pack

HERE = Path(__file__).parent
PACKAGE = HERE.parent / "synthview"


def ship(run: Path) -> None:
    """Pack the run, and draw what the documentation shows of it.

    A run that cannot become a page changes nothing.
    """
    told = portable(json.loads(run.read_text("utf-8")))
    page = render(told)
    still = picture(told)
    packed, digest = pack(told)
    shipped = PACKAGE / RUN
    shipped.write_bytes(packed)
    shipped.with_name("53-people.digest").write_text(f"{digest}\n", "utf-8")
    html, png = HERE / "53-people.html", HERE / "53-people.png"
    html.write_text(page, "utf-8")
    png.write_bytes(still)
    print(f"{len(packed):,} bytes, digest {digest}; {html}, {png}")


def portable(told: dict[str, Any]) -> dict[str, Any]:
    """The run with its command as anybody would type it: names of files, without their folders."""
    words = shlex.split(told["command"])
    command = shlex.join(_named(word) for word in words)
    shown = {**told, "command": command}
    if "downloads" in told:
        shown["downloads"] = {**told["downloads"], "command": command}
    return shown


def _named(word: str) -> str:
    """A word of a command, a path in it cut to the name of the file."""
    if "/" not in word:
        return word
    if not word.startswith("-"):
        return Path(word).name
    option, equals, value = word.partition("=")
    return f"{option}{equals}{Path(value).name}"


if __name__ == "__main__":
    ship(Path(sys.argv[1]))
