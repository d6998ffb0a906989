"""Packages that only some commands need: imported on use; if missing, an error names the extra."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, requires, version
from types import ModuleType

from synthview.errors import MissingExtra

__all__ = ["EXTRAS", "missing_extra", "need"]

EXTRAS = {
    "duckdb": ("duckdb", "pyarrow"),
    "check": ("scikit-learn", "scipy", "threadpoolctl"),
    "faker": ("faker",),
    "page": ("altair", "jinja2", "markupsafe", "vl-convert-python"),
    "claim": (
        "duckdb",
        "pyarrow",
        "scikit-learn",
        "scipy",
        "altair",
        "jinja2",
        "markupsafe",
        "vl-convert-python",
    ),
    "detect": (
        "altair",
        "jinja2",
        "markupsafe",
        "scikit-learn",
        "scipy",
        "threadpoolctl",
        "vl-convert-python",
    ),
    "realism": ("altair", "jinja2", "markupsafe", "scipy", "vl-convert-python"),
    "privacy": ("altair", "datasketches", "jinja2", "markupsafe", "scipy", "vl-convert-python"),
    "pandas": ("pandas", "pyarrow"),
    "pyarrow": ("pyarrow",),
    "spark": ("pyspark", "pyarrow"),
    "engines": ("chdb", "datafusion", "duckdb", "pyarrow"),
    "kafka": ("confluent-kafka",),
    "avro": ("fastavro",),
    "postgresql": ("adbc-driver-postgresql", "pyarrow"),
    "delta": ("deltalake",),
    "iceberg": ("pyiceberg", "sqlalchemy", "pyarrow"),
    "benchmark": ("faker", "mimesis", "psutil", "pyarrow", "tpchgen-cli"),
    "hypothesis": ("hypothesis",),
}
"""The packages of each extra, as in pyproject.toml. Of two extras the first is named."""
MODULES = {
    "scikit-learn": "sklearn",
    "vl-convert-python": "vl_convert",
    "confluent-kafka": "confluent_kafka",
    "adbc-driver-postgresql": "adbc_driver_postgresql",
}
"""How packages are imported, where that is not their name."""
_BOUND = re.compile(r"^([A-Za-z0-9._-]+)>=([0-9.]+)")


def need(extra: str, what: str, *modules: str) -> ModuleType:
    """Import modules of an extra and return the last; `what` needs them: 'Counting by SQL'.

    Raises:
        MissingExtra: one of them is not installed, too old or broken; the message says what to
        install.
    """
    missing = list(
        dict.fromkeys(_package(name) for name in modules if _is_missing(name, what, extra))
    )
    if missing:
        raise MissingExtra(_lacking(what, missing, extra))
    for name in modules:
        _check_age(_package(name), what, extra)
    return import_module(modules[-1])


def missing_extra(error: ImportError) -> MissingExtra | None:
    """Name the extra that brings the package of a failed import; None for other packages."""
    package = _package(error.name or "")
    extra = next((name for name, packages in EXTRAS.items() if package in packages), None)
    if extra is None:
        return None
    if isinstance(error, ModuleNotFoundError):
        return MissingExtra(_lacking("This command", [package], extra))
    return MissingExtra(_broken("This command", package, extra, error))


def _is_missing(name: str, what: str, extra: str) -> bool:
    """Check whether a module is missing; raise at once if it is there and cannot be imported."""
    try:
        import_module(name)
    except ModuleNotFoundError as error:
        if _top(error.name or "") == _top(name):
            return True
        lacking = _package(error.name or "")
        if lacking in EXTRAS[extra]:
            raise MissingExtra(_lacking(what, [lacking], extra)) from None
        raise MissingExtra(_broken(what, _package(name), extra, error)) from None
    except Exception as error:  # noqa: BLE001  whatever another package does when it is imported
        if isinstance(error.__cause__, KeyboardInterrupt):  # Python wraps it in some places
            raise error.__cause__ from None
        raise MissingExtra(_broken(what, _package(name), extra, error)) from None
    return False


@cache
def _check_age(package: str, what: str, extra: str) -> None:
    least = _bounds().get(package.lower())
    try:
        found = version(package)
    except PackageNotFoundError:  # put there by other means than an installer
        return
    if least and _numbers(found) < _numbers(least):
        raise MissingExtra(
            f"{what} needs {package} {least} or newer; {found} is installed. "
            f"Run: pip install --upgrade 'synthview[{extra}]'."
        )


@cache
def _bounds() -> dict[str, str]:
    """The oldest allowed version of each package, as the installed synthview states it."""
    try:
        stated = requires("synthview") or []
    except PackageNotFoundError:  # a checkout on the path
        return {}
    found = (_BOUND.match(one) for one in stated)
    return {one[1].lower(): one[2] for one in found if one}


def _numbers(text: str) -> tuple[int, ...]:
    """A version as numbers; what follows them, as in 1.2rc1, is left out."""
    found = re.match(r"\d+(?:\.\d+)*", text)
    return tuple(int(one) for one in found[0].split(".")) if found else ()


def _lacking(what: str, packages: Iterable[str], extra: str) -> str:
    named = _listed(packages)
    return f"{what} needs {named}, not installed here. Run: pip install 'synthview[{extra}]'."


def _broken(what: str, package: str, extra: str, error: BaseException) -> str:
    said = (str(error).strip() or type(error).__name__).splitlines()[0]
    return (
        f"{what} needs {package}, which is installed but cannot be imported ({said}). "
        f"Run: pip install --force-reinstall {package}, then pip install 'synthview[{extra}]'."
    )


def _listed(names: Iterable[str]) -> str:
    *rest, last = names
    return f"{', '.join(rest)} and {last}" if rest else last


def _top(module: str) -> str:
    return module.partition(".")[0]


def _package(module: str) -> str:
    top = _top(module)
    return next((package for package, name in MODULES.items() if name == top), top)
