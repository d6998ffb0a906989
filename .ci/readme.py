"""Print the n-th shell block of the README, so that what is tested is what is promised."""

import re
import sys
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"


def shell_block(text: str, number: int) -> str:
    """Return the `number`-th block of shell commands, counted from 1."""
    blocks: list[str] = re.findall(
        r"^```(?:sh|bash|shell|console)\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL
    )
    if len(blocks) < number:
        sys.exit(f"{README} has {len(blocks)} shell blocks, and number {number} is wanted.")
    return blocks[number - 1].strip()


if __name__ == "__main__":
    print(shell_block(README.read_text(encoding="utf-8"), int(sys.argv[1])))
