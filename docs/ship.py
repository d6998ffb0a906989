"""Takes a run of ``synthview claim … --thorough --json FILE`` into the package, with its picture.

pip install '.[claim,docs]'
synthview claim christmas-prince --thorough --json run.json
python docs/ship.py run.json
"""

from __future__ import annotations

import json
import shlex
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

from synthview.claims.answer import Answer
from synthview.claims.page import picture, render
from synthview.claims.sections.homes import ShownHomes
from synthview.claims.shipped import RUN, pack
from synthview.claims.written import read

HERE = Path(__file__).parent
PACKAGE = HERE.parent / "synthview"


def ship(run: Path) -> None:
    """Pack the run and draw what the docs show of it; change nothing if it cannot become a page."""
    answer = portable(read(json.loads(run.read_text("utf-8"))))
    page, still = render(answer), picture(answer)
    packed, digest = pack(answer)
    (PACKAGE / RUN).write_bytes(packed)
    (PACKAGE / RUN).with_name("53-people.digest").write_text(f"{digest}\n", "utf-8")
    (HERE / "53-people.html").write_text(page, "utf-8")
    (HERE / "53-people.png").write_bytes(smaller(still))
    print(
        f"{len(packed):,} bytes, digest {digest}; {HERE / '53-people.html'}, "
        f"{HERE / '53-people.png'}"
    )


def smaller(picture: bytes) -> bytes:
    """The same pixels in a fifth of the bytes: without transparency, which it does not use."""
    from PIL import Image  # noqa: PLC0415  of the extra docs, as only this needs it

    packed = BytesIO()
    Image.open(BytesIO(picture)).convert("RGB").save(packed, "PNG", optimize=True)
    return packed.getvalue()


def portable(answer: Answer) -> Answer:
    """Return the run with its command as anybody would type it: file names without folders."""
    command = shlex.join(_named(word) for word in shlex.split(answer.command))
    homes, found = answer.of(ShownHomes), dict(answer.found)
    if homes:
        found["homes"] = replace(homes, downloads=replace(homes.downloads, command=command))
    return replace(answer, command=command, found=found)


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
