"""Print the oldest releases that pyproject.toml allows, as constraints for pip."""

import re
import sys
import tomllib
from pathlib import Path

PYPROJECT = Path(__file__).parent.parent / "pyproject.toml"
LOWEST = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*\])?\s*>=\s*(?P<version>[0-9][0-9A-Za-z.]*)"
)


def lowest(requirement: str) -> str:
    """Turn ``polars>=2.0,<3`` into ``polars==2.0``."""
    found = LOWEST.match(requirement)
    if not found:
        sys.exit(f"{requirement!r} in {PYPROJECT} states no lowest release.")
    return f"{found['name']}=={found['version']}"


def constraints() -> list[str]:
    """Return the lowest releases of what synthview and its extras need, test tools aside."""
    project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]
    extras = [
        one
        for extra, wanted in project["optional-dependencies"].items()
        if extra != "test"
        for one in wanted
    ]
    return [lowest(one) for one in (*project["dependencies"], *extras)]


if __name__ == "__main__":
    print("\n".join(constraints()))
