"""Programs of others that read formats: too many for every test run, so `.ci/readers` installs them."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from shutil import which
from typing import Any

import pytest

__all__ = ["library", "node_package", "program", "python_with_recommenders"]

IS_NEEDED = bool(os.environ.get("SYNTHVIEW_NEEDS_READERS"))


def library(name: str, package: str) -> Any:
    """Import a module of somebody's package, or skip the test that asks where it need not be there."""
    if IS_NEEDED:
        return import_module(name)
    return pytest.importorskip(name, reason=f"needs {package}, as .ci/readers has it")


def program(name: str) -> str:
    """Find a command of somebody, or skip the test where it need not be there."""
    found = which(name)
    if found is None and not IS_NEEDED:
        pytest.skip(f"needs the command {name}, as .ci/readers has it")
    assert found is not None
    return found


def node_package(name: str) -> str:
    """Find a package of npm below the folder `.ci/readers` names, and return the file that node imports."""
    folder = os.environ.get("SYNTHVIEW_NODE_PACKAGES", "")
    if not folder and not IS_NEEDED:
        pytest.skip(f"needs {name} of npm, as .ci/readers has it")
    return Path(folder, name, "dist", "index.js").as_uri()


def python_with_recommenders() -> str:
    """Name the Python that has RecBole and LensKit, whose requirements are not ours."""
    found = os.environ.get("SYNTHVIEW_RECOMMENDERS")
    if not found:
        pytest.skip("needs an environment with RecBole and LensKit, as .ci/recommenders makes it")
    return found
