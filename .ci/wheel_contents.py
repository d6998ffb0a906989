"""Refuse a wheel that lacks a module, scenario or licence, or has what users do not need."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).parent.parent


def tracked(folder: str) -> set[str]:
    """Return the files below a folder that git knows or would add."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", folder]
    listed = subprocess.run(
        command, cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    return {name for name in listed if (ROOT / name).is_file()}


def expected() -> set[str]:
    """Return what a wheel must hold: the package as it is, and the scenarios beside it."""
    scenarios = {name.replace("configs/", "synthview/_configs/", 1) for name in tracked("configs")}
    return tracked("synthview") | scenarios


def check(wheel: Path) -> None:
    """Compare a wheel with the repository; its own metadata must hold the licence."""
    held = set(ZipFile(wheel).namelist())
    metadata = {name for name in held if ".dist-info/" in name}
    lacking, surplus = expected() - held, held - metadata - expected()
    if lacking or surplus:
        sys.exit(f"{wheel.name}: lacks {sorted(lacking)}, and should not have {sorted(surplus)}")
    if not any(name.endswith("licenses/LICENSE") for name in metadata):
        sys.exit(f"{wheel.name}: holds no licence")
    print(f"{wheel.name}: {len(held)} files, {wheel.stat().st_size:,} bytes")


if __name__ == "__main__":
    check(Path(sys.argv[1]))
