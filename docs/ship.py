"""Takes a run of ``synthview claim … --thorough --json FILE`` into the package, and writes its page and picture.

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
    """Pack the run, and draw what the documentation shows of it; a run that cannot become a page changes nothing."""
    told = portable(json.loads(run.read_text("utf-8")))
    page, still = render(told), picture(told)
    packed, digest = pack(told)
    (PACKAGE / RUN).write_bytes(packed)
    (PACKAGE / RUN).with_name("53-people.digest").write_text(f"{digest}\n", "utf-8")
    (HERE / "53-people.html").write_text(page, "utf-8")
    (HERE / "53-people.png").write_bytes(still)
    print(
        f"{len(packed):,} bytes, digest {digest}; {HERE / '53-people.html'}, {HERE / '53-people.png'}"
    )


def portable(told: dict[str, Any]) -> dict[str, Any]:
    """The run with its command as anybody would type it: files by their names, without the folders of a machine."""
    command = shlex.join(_named(word) for word in shlex.split(told["command"]))
    downloads = (
        {"downloads": {**told["downloads"], "command": command}} if "downloads" in told else {}
    )
    return {**told, "command": command, **downloads}


def _named(word: str) -> str:
    option, equals, value = word.partition("=") if word.startswith("-") else ("", "", word)
    return f"{option}{equals}{Path(value).name}" if "/" in value else word


if __name__ == "__main__":
    ship(Path(sys.argv[1]))
