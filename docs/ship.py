"""Takes a run of ``synthview claim … --thorough --json FILE`` into the package, and writes its page and picture.

synthview claim christmas-prince --thorough --seeds 3 --sample 8000 --json run.json
python docs/ship.py run.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from synthview.claims.page import picture, render
from synthview.claims.shipped import RUN, pack

HERE = Path(__file__).parent
PACKAGE = HERE.parent / "synthview"


def ship(run: Path) -> None:
    """Pack the run, and draw what the documentation shows of it."""
    told = json.loads(run.read_text("utf-8"))
    packed, digest = pack(told)
    (PACKAGE / RUN).write_bytes(packed)
    (PACKAGE / RUN).with_name("53-people.digest").write_text(f"{digest}\n", "utf-8")
    (HERE / "53-people.html").write_text(render(told), "utf-8")
    (HERE / "53-people.png").write_bytes(picture(told))
    print(f"{len(packed):,} bytes, digest {digest}; {HERE / '53-people.html'}, {HERE / '53-people.png'}")


if __name__ == "__main__":
    ship(Path(sys.argv[1]))
