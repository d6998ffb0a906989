"""The repository keeps its own rules: who may import whom, which sums may be floats, what things are called."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from each import each

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "synthview"

# --- The rules, as data -----------------------------------------------------------------------------------------------

LAYERS: tuple[str, ...] = (
    "errors", "callbacks", "outside", "rows", "digests", "tables", "wording", "versions", "draws", "ids", "exposed", "pools", "scenario", "sinks",
    "world", "people", "viewing", "stage", "actors", "player", "log", "faults", "record", "block", "auditions", "pipeline", "authoring",
    "office", "registry", "engines", "folders", "dataset", "predicates", "scanning", "spark", "answers", "foreign", "formats", "live", "drawings", "explain", "claims", "compare", "checks", "realism", "privacy", "detect", "__init__", "testing", "cli", "__main__",
)  # fmt: skip
"""Every module and folder of the package, from the ground up; it may import from itself and from those before it."""

CLAIMS = (
    "question", "plain", "replays", "kept", "counting", "simulation", "inference", "study", "sections", "asked", "story", "foreseen", "answer", "written",
    "shipped", "page",
)  # fmt: skip
"""The same within claims, strictly: each place has a layer of its own."""

ONLY = {
    "sinks": {
        "sinks",
        "errors",
        "callbacks",
        "outside",
        "tables",
        "ids",
        "digests",
        "draws",
        "rows",
        "exposed",
    }
}
"""Folders that may import less than their layer."""

SIMULATION = {
    "draws", "rows", "ids", "tables", "exposed", "pools",
    "world", "people", "viewing", "stage", "actors", "player", "log", "faults", "record", "block", "auditions", "pipeline", "authoring",
}  # fmt: skip
"""Where floats may decide a row, so that every machine must round them alike: see docs/randomness.md."""

ROUNDED_DIFFERENTLY = {
    "log", "log2", "log10", "log1p", "exp", "exp2", "expm1", "power", "float_power",
    "cbrt", "hypot", "sin", "cos", "tan",
    "arcsin", "arccos", "arctan", "arctan2", "sinh", "cosh", "tanh", "arcsinh",
    "arccosh", "arctanh", "logaddexp", "sinc",
    "i0", "interp", "convolve", "correlate", "dot", "vdot", "inner", "matmul", "einsum",
    "tensordot", "trapezoid", "polyfit",
    "polyval", "mean", "average", "std", "var", "median", "percentile", "quantile",
    "nansum", "nanmean", "linalg", "fft",
    "random", "cov", "corrcoef", "gradient", "logspace", "geomspace", "corr", "rolling_mean", "ewm_mean",
}  # fmt: skip
SUMS = {"sum", "cumsum", "prod", "cumprod", "cum_sum", "nancumsum", "fsum"}
WHOLE_NUMBERS = {
    "player.nodding._played_ms": "ms, and plays",
    "player.nodding._sessions_of": "rows",
    "rows.children": "counts",
    "draws.quantiles.Steps.survival": "shares in units of 2**-63",
    "draws.quantiles.thresholds": "whole-number arithmetic of Python, or 64-bit words",
    "world.catalogue._with_counts": "seasons and episodes",
    "world.catalogue.Catalogue._count_out": "seasons and episodes",
    "world.releases.season_days": "days",
    "world.popularity.Popularity._find_place": "weights are whole numbers",
    "world.shelf.Shelf.end_to_end": "weights are whole numbers",
    "world.shelf.Shelf.one_after_another": "weights are whole numbers",
    "people.homes._is_crowded": "persons",
    "record.accounts._so_far": "changes of an account",
    "record.accounts.happenings": "waits",
    "record.profiles._owners": "persons",
    "people.homes._profiles": "profiles",
    "record.dimensions._households": "persons",
    "people.subscriptions.is_active": "changes of an account",
    "people.subscriptions._joined_by_day": "parts of those who join, by day",
    "stage.scene.Scene.is_for_kids": "bits of person slots",
    "viewing.leanings._middle": "parts of shares, in units of 2**-40",
    "viewing.choices._for_children": "bits of person slots",
    "viewing.sittings._join": "bits of viewers",
    "viewing.screens.find_screen": "likings are whole numbers",
    "player.timing.on_the_clock": "milliseconds",
    "player.timing._playing_within": "milliseconds",
    "player.timing._less_borrowed": "milliseconds",
    "player.attempts._tries_so_far": "tries",
    "record.reach._chain_numbers": "chains",
    "stage.adding._rows_behind": "sessions",
    "actors.asleep_on_sofa._begins": "milliseconds",
    "stage.shaping._note": "edits",
    "record.ledger.Ledger._events_of_slice": "rows",
    "record.ledger._places": "rows",
    "record.ledger._by_day": "rows",
    "log.messages._so_far": "milliseconds",
    "log.messages.numbers": "messages",
    "record.rollup._arrived_in_time": "silences",
    "record.truth.witness": "persons",
}
"""Functions below the pipeline that may sum, and what they sum: never floats."""

FORBIDDEN_IMPORTS = {
    "random",
    "secrets",
    "uuid",
    "time",
    "math",
    "cmath",
    "statistics",
    "locale",
    "platform",
    "socket",
}
CLOCKS = {
    "now",
    "today",
    "utcnow",
    "urandom",
    "default_rng",
    "getrandbits",
    "localtime",
    "fromtimestamp",
}

WORDS = ROOT / "docs" / "words.md"


def _tables_of(page: Path) -> dict[str, dict[str, str]]:
    """The two-column tables of a page of Markdown, by their heading."""
    found: dict[str, dict[str, str]] = {}
    heading = ""
    for line in page.read_text("utf-8").splitlines():
        if line.startswith("## "):
            heading = line.removeprefix("## ")
        elif line.startswith("| ") and heading:
            left, right = (cell.strip() for cell in line.strip("|").split("|"))
            found.setdefault(heading, {})[left] = right
    return found


GLOSSARY = _tables_of(WORDS)["Say this, not that"]
del GLOSSARY["not"]
"""Words that stand for a word of docs/words.md: one thing has one name."""
NAMES_OF_OTHERS = {
    "cli.watch": "a verb of the command line",
    "actors.user": "a VPN user: the field's own name of an actor",
    **dict.fromkeys(
        ("cli.partition", "engines.partition", "dataset.partition", "spark.partition"),
        "what engines call folders by day",
    ),
    "expanduser": "pathlib",
    "view": "numpy",
    "rpartition": "str",
    "partition": "str and numpy",
    "memoryview": "Python",
}
"""Names that Python and its libraries have given, or a place where a word means something else."""
NO_NAMES = {
    "manager",
    "helper",
    "helpers",
    "util",
    "utils",
    "misc",
    "common",
    "base",
    "handler",
    "processor",
}
NO_VERBS = ("process_", "handle_", "do_")

LONGEST_FILE, LONGEST_FUNCTION = 400, 50
MACHINE = re.compile(
    "|".join(["/" + "work/", r"/t" + "mp/env", r"/home/\w+/", r"/Users/\w+/", r"/root/"])
)
REGISTRIES = re.compile(
    r"(?i)\b(?:index[-_]url|find-links)\s*=|\b[\w.-]*(?:artifactory|nexus|devpi|pypi-mirror|\.internal|\.corp)\b|"
    r"\b(?:localhost|127\.0\.0\.1|10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+):\d+"
)


# --- Reading the code -------------------------------------------------------------------------------------------------


@cache
def sources_of() -> dict[str, ast.Module]:
    """The syntax tree of every module, by its dotted name below the package; a folder goes by its own name."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)
        found[name] = ast.parse(path.read_text("utf-8"), str(path))
    return found


def place_of(module: str) -> str:
    """The first word of a module's name: its folder, or itself."""
    return module.split(".", maxsplit=1)[0]


STREAMS = {"sys.stdout", "sys.stderr", "sys.argv"}
REDIRECTED = {"outside.packages": {"sys.stderr"}}
"""What another package prints at import is sent there, so that the output of a command stays its own."""


def imported(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Modules of our own that a module imports, wherever in it, with the line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for one in node.names:
                if one.name.split(".")[0] == "synthview":
                    yield (
                        one.name.removeprefix("synthview").removeprefix(".") or "__init__",
                        node.lineno,
                    )
        elif (
            isinstance(node, ast.ImportFrom)
            and node.module
            and node.module.split(".")[0] == "synthview"
        ):
            inner = node.module.removeprefix("synthview").removeprefix(".")
            for one in node.names:
                yield (
                    inner
                    or (
                        one.name
                        if one.name in {place_of(name) for name in sources_of()}
                        else "__init__"
                    ),
                    node.lineno,
                )


def functions(
    tree: ast.AST, prefix: str = ""
) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function with its dotted name within the module; one inside another counts as part of it too."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{prefix}{node.name}", node
            yield from functions(node, f"{prefix}{node.name}.")
        elif isinstance(node, ast.ClassDef):
            yield from functions(node, f"{prefix}{node.name}.")


def simulation() -> dict[str, ast.Module]:
    """Modules in which floats may decide a row; scripts that only make package data are none."""
    return {
        name: tree
        for name, tree in sources_of().items()
        if place_of(name) in SIMULATION and name != "pools.make"
    }


def with_floats() -> dict[str, ast.Module]:
    """Those of them that work with numbers rather than with words."""
    return {name: tree for name, tree in simulation().items() if place_of(name) != "pools"}


def around(tree: ast.Module) -> dict[ast.AST, str]:
    """The outermost function, with its class, that each node stands in; empty at the top of a module."""
    places: dict[ast.AST, str] = {}
    for name, function in functions(tree):
        for node in ast.walk(function):
            places.setdefault(node, name)
    return places


def called(node: ast.Call) -> str:
    """The last word of what is called: ``sum`` of ``np.sum`` and of ``x.sum``."""
    return (
        node.func.attr
        if isinstance(node.func, ast.Attribute)
        else node.func.id
        if isinstance(node.func, ast.Name)
        else ""
    )


def is_numpy(node: ast.AST) -> bool:
    """Whether a node is the name that numpy goes by."""
    return isinstance(node, ast.Name) and node.id in {"np", "numpy"}


# --- Who imports whom -------------------------------------------------------------------------------------------------


def test_every_module_has_a_layer() -> None:
    """Each module and folder of the package has one place among the layers, and no layer is of something else."""
    assert len(LAYERS) == len(set(LAYERS))
    assert {place_of(name) for name in sources_of()} == set(LAYERS)
    assert set(LAYERS) >= SIMULATION


@each(sources_of)
def test_imports_run_one_way(module: str) -> None:
    """No module imports from a layer above its own, wherever in it the import stands."""
    place = place_of(module)
    allowed = ONLY.get(place) or set(LAYERS[: LAYERS.index(place) + 1])
    broken = [
        f"line {line}: {name}"
        for name, line in imported(sources_of()[module])
        if place_of(name) not in allowed
    ]
    assert broken == [], f"{module} may import from: {', '.join(sorted(allowed))}"


@each(lambda: [name for name in sources_of() if name.startswith("claims.")])
def test_imports_within_claims_run_one_way(module: str) -> None:
    """No module of claims imports from a place above its own, and every place has one in the order."""

    def place_within(name: str) -> str:
        return name.split(".")[1]

    own = place_within(module)
    assert own in CLAIMS
    above = set(CLAIMS[CLAIMS.index(own) + 1 :])
    inner = [
        (name, line) for name, line in imported(sources_of()[module]) if name.startswith("claims.")
    ]
    assert [f"line {line}: {name}" for name, line in inner if place_within(name) in above] == []


def test_importing_synthview_costs_nothing() -> None:
    """The package alone loads neither numpy nor polars: the command line answers at once."""
    code = "import sys, synthview; print(*sorted({'numpy', 'polars', 'pydantic', 'typer'} & set(sys.modules)))"
    told = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT
    )
    assert told.stdout.strip() == ""


# --- Floats that round differently ------------------------------------------------------------------------------------


@each(with_floats)
def test_no_function_that_rounds_differently_elsewhere(module: str) -> None:
    """Below the pipeline nobody calls a logarithm, power or float reduction of numpy; `quantiles` has its own."""
    broken = []
    for node in ast.walk(simulation()[module]):
        if isinstance(node, ast.Attribute) and node.attr in ROUNDED_DIFFERENTLY:
            method = node.attr in {
                "mean",
                "std",
                "var",
                "dot",
                "median",
                "quantile",
                "corr",
                "rolling_mean",
                "ewm_mean",
            }
            if is_numpy(node.value) or method:
                broken.append(f"line {node.lineno}: {ast.unparse(node)}")
        if (
            isinstance(node, ast.ImportFrom)
            and node.module
            and node.module.split(".")[0] == "numpy"
        ):
            broken += [
                f"line {node.lineno}: {one.name}"
                for one in node.names
                if one.name in ROUNDED_DIFFERENTLY | SUMS
            ]
    assert broken == []


@each(with_floats)
def test_no_powers_and_products_of_matrices(module: str) -> None:
    """Below the pipeline ``**`` stands between whole numbers that are constants, and ``@`` only before a function."""

    def is_whole(node: ast.AST) -> bool:
        is_constant = isinstance(node, ast.Name) and node.id.isupper()  # mypy holds what it is
        return is_constant or (isinstance(node, ast.Constant) and type(node.value) is int)

    broken = []
    for node in ast.walk(simulation()[module]):
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.MatMult):
            broken.append(f"line {node.lineno}: {ast.unparse(node)}")
        if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Pow):
            broken.append(f"line {node.lineno}: {ast.unparse(node)}")
        if (
            isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.Pow)
            and not (is_whole(node.left) and is_whole(node.right))
        ):
            broken.append(f"line {node.lineno}: {ast.unparse(node)}")
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "pow"
            and len(node.args) != 3
        ):
            broken.append(f"line {node.lineno}: {ast.unparse(node)}")
    assert broken == []


def sums(module: str) -> set[str]:
    """Functions of a module that sum anything, as ``module.function``."""
    tree = simulation()[module]
    places = around(tree)
    found = set()
    for node in ast.walk(tree):
        is_sum = isinstance(node, ast.Call) and called(node) in SUMS
        is_reduction = isinstance(node, ast.Call) and ast.unparse(node.func) in {
            "np.add.reduce", "np.add.reduceat", "np.add.accumulate", "np.multiply.reduce", "np.multiply.accumulate",
        }  # fmt: skip
        is_weighed = (
            isinstance(node, ast.Call)
            and called(node) == "bincount"
            and any(one.arg == "weights" for one in node.keywords)
        )
        if is_sum or is_reduction or is_weighed:
            found.add(f"{module}.{places.get(node, '')}")
    return found


@each(with_floats)
def test_only_whole_numbers_are_summed(module: str) -> None:
    """A sum of floats depends on the order of its terms, so every sum below the pipeline says what it sums."""
    assert sorted(sums(module) - WHOLE_NUMBERS.keys()) == []


def test_the_list_of_sums_is_no_longer_than_needed() -> None:
    """Every function that is allowed to sum still exists and sums, and says what."""
    found = {name for module in with_floats() for name in sums(module)}
    assert sorted(WHOLE_NUMBERS.keys() - found) == []
    assert all(WHOLE_NUMBERS.values())


@each(simulation)
def test_nothing_comes_from_the_machine(module: str) -> None:
    """Below the pipeline there is no clock, no random generator, no locale, and no ``hash`` of Python's."""
    broken = []
    for node in ast.walk(simulation()[module]):
        if isinstance(node, ast.Import):
            names = [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom):
            whole = node.module == "math" and {one.name for one in node.names} <= {
                "prod",
                "isqrt",
                "gcd",
                "lcm",
                "comb",
            }
            names = [] if whole else [node.module or ""]
        else:
            names = []
        broken += [
            f"line {node.lineno}: import {one}"
            for one in names
            if one.split(".")[0] in FORBIDDEN_IMPORTS
        ]
        if isinstance(node, ast.Call) and called(node) in CLOCKS | {"hash", "id"} and not (
            isinstance(node.func, ast.Attribute) and called(node) in {"hash", "id"}
        ):  # fmt: skip
            broken.append(f"line {node.lineno}: {ast.unparse(node)}")
        if isinstance(node, ast.Attribute) and node.attr == "environ":
            broken.append(f"line {node.lineno}: {ast.unparse(node)}")
    assert [
        one for one in broken if not one.endswith("os.environ") or module != "pools.people"
    ] == []


@each(simulation)
def test_no_order_comes_from_a_set(module: str) -> None:
    """Sets have no order that is the same tomorrow: nobody loops over one, or makes a list of it, without sorting."""

    def is_set(node: ast.AST) -> bool:
        return isinstance(node, ast.Set | ast.SetComp) or (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in {"set", "frozenset"}
        )

    tree, broken = simulation()[module], []
    unordered = {"sum", "len", "any", "all", "min", "max", "sorted", "set", "frozenset"}
    counted = {
        inner for node in ast.walk(tree) if isinstance(node, ast.Call) and called(node) in unordered
        for one in node.args if isinstance(one, ast.GeneratorExp) for inner in one.generators
    }  # fmt: skip
    for node in ast.walk(tree):
        if node in counted:
            continue
        loops = [node.iter] if isinstance(node, ast.For | ast.comprehension) else []
        if isinstance(node, ast.Call) and called(node) in {
            "list",
            "tuple",
            "enumerate",
            "array",
            "fromiter",
            "join",
            "zip",
            "Series",
        }:
            loops += node.args
        broken += [f"line {one.lineno}: {ast.unparse(one)}" for one in loops if is_set(one)]
    assert broken == []


# --- Names and style --------------------------------------------------------------------------------------------------


def words(name: str) -> list[str]:
    """The words of an identifier: ``kidsProfileName`` and ``kids_profile_name`` have the same."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().strip("_").split("_")


def identifiers(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every name that a module gives to something, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node.lineno
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr, node.lineno


@each(sources_of)
def test_one_word_for_one_thing(module: str) -> None:
    """No name uses another word for what docs/words.md has a word for."""
    broken = [
        f"line {line}: {name}: say {GLOSSARY[word]}, not {word}"
        for name, line in identifiers(sources_of()[module])
        for word in [*words(name), name.lower().strip("_")]
        if word in GLOSSARY and f"{place_of(module)}.{word}" not in NAMES_OF_OTHERS
    ]
    broken += [
        f"{module}: say {GLOSSARY[word]}"
        for word in words(module.replace(".", "_"))
        if word in GLOSSARY and f"{place_of(module)}.{word}" not in NAMES_OF_OTHERS
    ]
    assert broken == []


def test_columns_and_settings_use_the_words() -> None:
    """Neither does any column of a table nor any setting of a scenario."""
    from synthview.registry import installed
    from synthview.scenario.entries import declared
    from synthview.tables import TABLES

    names = [f"{one.path}.{column.name}" for one in TABLES for column in one.columns] + list(
        declared(installed())
    )
    broken = [name for name in names for word in words(name.replace(".", "_")) if word in GLOSSARY]
    assert [name for name in broken if not name.startswith("actors.vpn_user.")] == []


@pytest.mark.parametrize("heading", ["The world", "Runs"])
def test_the_code_uses_its_words(heading: str) -> None:
    """Each word of docs/words.md is part of a name in the code, alone or in the plural."""
    used = {
        word
        for tree in sources_of().values()
        for name, _ in identifiers(tree)
        for word in words(name)
    }
    terms = [term for term in _tables_of(WORDS)[heading] if term != "word"]
    assert len(terms) > 5
    assert [term for term in terms if not {term, f"{term}s"} & used] == []


@each(sources_of)
def test_nothing_is_named_for_nothing(module: str) -> None:
    """No module and no class is a manager, a helper, a util; no function processes, handles or does."""
    tree = sources_of()[module]
    classes = [node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    assert [name for name in [*module.split("."), *classes] if NO_NAMES & set(words(name))] == []
    assert [
        name for name, _ in functions(tree) if name.split(".")[-1].lstrip("_").startswith(NO_VERBS)
    ] == []


@each(lambda: [name for name in sources_of() if place_of(name) not in {"cli", "__main__"}])
def test_nothing_below_the_command_line_prints(module: str) -> None:
    """Only ``cli`` writes to the screen, nobody sets up logging when imported; a script may print under its guard."""
    tree = sources_of()[module]
    scripted = {
        node
        for top in tree.body
        if isinstance(top, ast.If) and "__name__" in ast.unparse(top.test)
        for node in ast.walk(top)
    }
    broken = []
    for node in ast.walk(tree):
        if node in scripted:
            continue
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {
            "print",
            "pprint",
            "input",
            "breakpoint",
            "rich.print",
        }:
            broken.append(f"line {node.lineno}: {ast.unparse(node)}")
        if isinstance(node, ast.Attribute) and ast.unparse(node) in STREAMS - REDIRECTED.get(
            module, set()
        ):
            broken.append(f"line {node.lineno}: {ast.unparse(node)}")
        if isinstance(node, ast.Import | ast.ImportFrom) and "logging" in ast.unparse(node).split():
            broken.append(f"line {node.lineno}: {ast.unparse(node)}")
    assert broken == []


@each(sources_of)
def test_everything_public_says_what_it_is(module: str) -> None:
    """A module begins with a sentence a layman understands; public functions and classes have one too."""
    tree = sources_of()[module]
    about = (ast.get_docstring(tree) or "").split("\n\n")[0]
    assert len(about) >= 25, f"docstring: {about!r}"
    assert about.endswith((".", ":", "!", "?")), about
    silent = [
        f"line {node.lineno}: {node.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
        and node
        not in {inner for _, one in functions(tree) for inner in ast.walk(one) if inner is not one}
        and not any(
            ast.unparse(one).endswith("overload") for one in getattr(node, "decorator_list", [])
        )
    ]
    private = {
        node
        for one in ast.walk(tree)
        if isinstance(one, ast.ClassDef) and one.name.startswith("_")
        for node in ast.walk(one)
    }
    hidden = {
        f"line {node.lineno}: {node.name}" for node in private if isinstance(node, ast.FunctionDef)
    }
    assert [one for one in silent if one not in hidden] == []


@pytest.mark.parametrize("kind", ["actors", "faults"])
def test_actors_and_faults_go_by_the_name_of_their_file(kind: str) -> None:
    """``late_arrivals.py`` holds ``LateArrivals``, registered under the file's name, its docstring the manual."""
    from synthview.registry import installed

    known = getattr(installed(), kind)
    files = {
        path.stem
        for path in (PACKAGE / kind).glob("*.py")
        if path.stem not in {"__init__", "contract", "registry"}
    }
    assert files == {name for name, one in known.items() if one.__module__.startswith("synthview.")}
    for name, one in known.items():
        assert one.__name__ == "".join(word.capitalize() for word in name.split("_"))
        assert one.__module__.rsplit(".", 1)[-1] == name
        assert len((one.__doc__ or "").strip()) > 40


@each(lambda: sorted(PACKAGE.rglob("*.py")))
def test_files_are_short(path: Path) -> None:
    """A file fits in a head, 400 lines, unless it is data; a function's body on a screen, 50 lines."""
    text = path.read_text("utf-8")
    lines = len(text.splitlines())
    bodies = {name: body_of(function) for name, function in functions(ast.parse(text))}
    sizes = {name: lines_of(body) for name, body in bodies.items()}
    assert {name: size for name, size in sizes.items() if size > LONGEST_FUNCTION} == {}
    assert lines <= LONGEST_FILE, f"{lines} lines"


def body_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.stmt]:
    """The statements of a function after its docstring."""
    return function.body[1:] if ast.get_docstring(function) else function.body


def lines_of(body: list[ast.stmt]) -> int:
    """How many lines some statements take."""
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


DENSEST_FUNCTION = 150
NODES_A_LINE = 7.0


def nodes_of(body: list[ast.stmt]) -> int:
    """Statements, expressions, arguments and comprehensions: how much there is to read."""
    counted = (ast.stmt, ast.expr, ast.keyword, ast.arg, ast.comprehension)
    return sum(isinstance(node, counted) for one in body for node in ast.walk(one))


def test_one_thought_a_line() -> None:
    """A function holds at most 150 nodes of syntax, and a line of code about seven."""
    bodies = {
        f"{module}.{name}": body_of(function)
        for module, tree in sources_of().items()
        for name, function in functions(tree)
    }
    heavy = {name for name, body in bodies.items() if nodes_of(body) > DENSEST_FUNCTION}
    assert sorted(heavy) == []
    nodes = sum(nodes_of(body) for body in bodies.values())
    lines = sum(max(lines_of(body), 1) for body in bodies.values())
    assert nodes / lines <= NODES_A_LINE


SAME_MATTER = {
    "assembly": "a page, put together",
    "charts": "charts of a page",
    "ink": "the look of a page's charts",
    "page": "a page of HTML",
    "plots": "plots of a page",
    "need": "what a command needs beside synthview itself",
    "report": "what a command found, as plain values",
    "compare": "a command and what it calls", "explain": "a command and what it calls",
    "realism": "a command and what it calls", "convert": "a command and what it calls",
    "privacy": "a command and what it calls", "detect": "a command and what it calls",
    "countries": "countries: of the world, and their names in formats",
    "formats": "what --format names: how tables are encoded, and what other programs read",
    "hours": "hours of the day: when people watch, measured",
    "definitions": "a part of an answer and what it rests on", "inference": "the same",
    "devices": "devices: names, rows, figures", "homes": "homes: drawn, counted, shown, measured",
    "people": "people: their names, themselves", "persons": "persons before the screen",
    "popularity": "popularity: of a world, in other worlds, measured",
    "sittings": "sittings: simulated, measured", "titles": "titles: names, rows",
    "truth": "the truth: its rows, and that of a number",
    "settings": "the settings of a package",
    "invariants": "what must hold: of a dataset, of frames",
}  # fmt: skip
"""Names of several modules, which are about one matter in several places."""


def test_a_name_has_one_meaning() -> None:
    """No two public classes share a name, nor two modules unless they are about one matter."""
    places: dict[str, list[str]] = {}
    for module, tree in sources_of().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, []).append(module)
    assert {name: modules for name, modules in places.items() if len(modules) > 1} == {}
    names = Counter(module.rsplit(".", 1)[-1] for module in sources_of())
    shared = {name for name, count in names.items() if count > 1}
    assert sorted(shared ^ set(SAME_MATTER)) == []


def test_functions_are_mostly_tiny() -> None:
    """Half of all functions have ten lines or fewer with their docstring, and one in twenty more than forty."""
    sizes = sorted(
        (function.end_lineno or 0) - function.lineno + 1
        for tree in sources_of().values()
        for _, function in functions(tree)
    )
    assert sizes[len(sizes) // 2] <= 10
    assert sizes[len(sizes) * 19 // 20] <= 40


# --- Tests ------------------------------------------------------------------------------------------------------------


@each(lambda: sorted((ROOT / "tests").glob("test_*.py")))
def test_tests_say_what_must_hold(path: Path) -> None:
    """Every test has a sentence that says what must hold, and asserts something; none measures time."""
    tree = ast.parse(path.read_text("utf-8"))
    asserting = {
        "raises",
        "warns",
        "validate",
        "check_call",
        "check_output",
        "check=True",
        "catch_exceptions=False",
    }
    called_in = {
        function.name: {
            word
            for node in ast.walk(function)
            if isinstance(node, ast.Call)
            for word in [called(node), *(ast.unparse(one) for one in node.keywords)]
        }
        for _, function in functions(tree)
    }
    asserts = {
        function.name
        for _, function in functions(tree)
        if any(isinstance(node, ast.Assert) for node in ast.walk(function))
    }
    while (
        grown := {name for name, calls in called_in.items() if calls & (asserts | asserting)}
        - asserts
    ):
        asserts |= grown
    tests = [
        (name, function)
        for name, function in functions(tree)
        if name.split(".")[-1].startswith("test_")
    ]
    assert tests != []
    assert [name for name, function in tests if not ast.get_docstring(function)] == []
    assert [name for name, function in tests if function.name not in asserts] == []
    assert [
        name
        for name, calls in called_in.items()
        if calls & {"perf_counter", "process_time", "timeit"}
    ] == []


@each(lambda: sorted((ROOT / "tests").glob("test_*.py")))
def test_what_is_long_is_slow_too(path: Path) -> None:
    """Whoever leaves out what is slow leaves out what is long as well."""
    marks = {
        name: " ".join(map(ast.unparse, function.decorator_list))
        for name, function in functions(ast.parse(path.read_text("utf-8")))
    }
    assert [
        name
        for name, told in marks.items()
        if "pytest.mark.long" in told and "pytest.mark.slow" not in told
    ] == []


# --- Files ------------------------------------------------------------------------------------------------------------


def our_files() -> list[Path]:
    """Files that are, or would be, in the repository."""
    told = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if told.returncode:
        pytest.skip("not a checkout")
    return [ROOT / name for name in told.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_knows_a_machine() -> None:
    """No file names a path or a package registry of the machine it was written on."""
    broken = []
    for path in our_files():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if path != Path(__file__) and (MACHINE.search(line) or REGISTRIES.search(line)):
                broken.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    assert broken == []


def test_no_file_is_large() -> None:
    """Everything is small enough to be fetched and read: 1.2 megabytes for data and pictures, 40 kB for code."""
    sizes = {path: path.stat().st_size for path in our_files()}
    large = [
        path.relative_to(ROOT).as_posix()
        for path, size in sizes.items()
        if size > (40_000 if path.suffix == ".py" else 1_200_000)
    ]
    assert large == []
