"""Numbers that shape behaviour are settings: every setting is read by the code, and no draw has a number of its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "synthview"

DECLARED_BY = {"number", "shares", "curve", "choice", "fact"}
UNITS = {"MINUTE_MS", "HOUR_MS", "DAY_MS", "WHOLE", "_YEAR_DAYS", "_YEAR_MS"}
"""Names of units. A draw evenly within one of them, such as the minute of an hour, says nothing about people."""
NEUTRAL = {0, 1, 1_000}
"""Never, once or always, and the milliseconds of a second."""

SHAPED_BY: dict[str, tuple[int | str, ...]] = {
    "happens": (1, "chance"),
    "below": (1, "bound"),
    "geometric": (1, "chance"),
    "poisson": (1, "rate"),
    "odds": (0, "chance"),
    "between": (2, 3, "low", "high"),
    "anywhere": (2, "span"),
    "part": (2, "span"),
    "Shares": (0, "weights"),
    "shares_of": (0, "weights"),
    "Quantiles.lognormal": (0, 1, "median", "sigma"),
    "Quantiles.normal": (0, 1, "mean", "sd"),
    "Quantiles.logit_normal": (0, 1, "centre", "spread"),
    "Quantiles.exponential": (0, "mean"),
    "Quantiles.uniform": (0, 1, "low", "high"),
    "Quantiles.curve": (0, "points"),
    "Quantiles.discrete": (0, 1, "values", "weights"),
    "Quantiles.poisson": (0, "mean"),
    "Quantiles.geometric": (0, "mean"),
    "Steps.discrete": (0, 1, "values", "weights"),
    "Steps.poisson": (0, "mean"),
    "Steps.geometric": (0, "mean"),
}
"""Which arguments of a draw, by place and by name, say how likely, how long or how many.

Cuts of a table (`low`, `high`), ceilings of a count, and the ordinal of a draw (`n`) keep arithmetic finite and draws apart.
"""

BY_DESIGN: dict[str, str] = {
    "viewing.tastes._spell_days: 2.0": "the mean of a lognormal lies half the square of its spread above its median",
    "actors.public_screen.PublicScreen._sessions: 2": "so much longer or shorter: to either side of a setting",
    "actors.reseller.Reseller._since: 2": "so many days before or after: to either side of a setting",
    "actors.stream_errors.StreamErrors.propose: 2": "so many hours sooner or later: to either side of a setting",
    "faults.truncated_rows.TruncatedRows.cut: WHOLE_LINE": "a unit: a line breaks off anywhere, in shares of its length",
    "office.forgetting.trace_of: NEVER": "an id of 63 bits",
    "office.roster.staff_rows: 30": "an id of 30 bits",
    "people.subscriptions._times: _MONTH_MS": "a unit: the setting is in months",
    "privacy.prize.raters.PrizeWorld._days: DAYS": "the days on which the ratings of the Prize were given",
    "privacy.prize.raters.PrizeWorld.out: DAYS": "the same",
    "privacy.prize.raters.PrizeWorld._perturbed: 2": "so many days before or after: to either side of a setting",
    "privacy.prize.raters.PrizeWorld._perturbed: 5": "stars go from one to five",
    "privacy.prize.writing._names: 40": "bits from which a name is composed",
    "stage.visitors._ages: _BELOW": "where the ages that a setting states stand among all: youngest, middle, 85 %, oldest",
    "stage.visitors._networks: _MIDDLING": "the unit in which the quality of networks is told",
    "world.popularity._country_tastes: _ONE": "the unit in which tastes are told",
}
"""Numbers in draws that are none of behaviour, as `module.function: number or constant`, each with the reason."""

UNREAD: dict[str, str] = {}
"""Settings that nobody reads, as `Section.setting`, each with the reason."""

NOT_YET: dict[str, tuple[str, ...]] = {
    "log.context._addresses_inside": ("_CARRIER_ADDRESSES", "_ON_THE_MOVE"),
    "log.context._addresses_of_exits": ("_EXITS_PER_COUNTRY",),
    "log.context._addresses_of_guests": ("32", "_DEVICES_OF_A_NETWORK"),
    "log.context.addresses": ("_DEVICES_OF_A_NETWORK",),
    "log.timers.pinged_at_ms": ("2",),
    "people.ages._couples_ages": ("2",),
    "people.homes._speeds": ("1024",),
    "player.presses._bitrates": ("3",),
    "player.presses._rises": ("22000",),
    "player.presses._seeks": ("4", "900"),
    "player.presses._stalls": ("90000",),
    "record.accounts._parts_of_emails": ("40",),
    "record.browse._answers_ms": ("420",),
    "record.browse._before_ms": ("1024",),
    "record.browse.rate": ("20000",),
    "record.dated._received": ("570",),
    "record.names._family_name": ("30",),
    "record.names.first_names": ("30",),
    "record.names.payer_names": ("30",),
    "record.profiles._names": ("30",),
    "record.profiles._used": ("40",),
    "record.searching._before_ms": ("640",),
    "record.searching._letters": ("0.01",),
    "record.searching._slips": ("30",),
    "record.titles._episode_names": ("40",),
    "record.titles._season_day": ("8",),
    "record.titles._trailers": ("4",),
    "record.truth._attended_ms": ("40",),
    "viewing.hours.first_hours": ("_CELL",),
    "viewing.persons._lengths_of_people": ("1024",),
    "viewing.playing._part": ("_WHOLE",),
    "world.catalogue._episode_ms": ("_ONE",),
    "world.catalogue._usual_episode_ms": ("_ONE",),
    "world.naming._draws": ("40",),
}  # fmt: skip
"""Numbers in draws that are not yet a setting, by `module.function`: this list may only become shorter."""


# --- Reading the code -------------------------------------------------------------------------------------------------


@cache
def trees() -> dict[str, ast.Module]:
    """The syntax tree of every module, by its dotted name below the package."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(parts).removesuffix(".__init__")] = ast.parse(path.read_text("utf-8"))
    return found


@cache
def imports(module: str) -> dict[str, tuple[str, str]]:
    """Names that a module imports from our own, with the module and the name there."""
    return {
        one.asname or one.name: (node.module.removeprefix("synthview."), one.name)
        for node in trees()[module].body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("synthview.")
        for one in node.names
        if node.module
    }


@cache
def constants(module: str) -> dict[str, ast.expr]:
    """What a module gives a name at its top, by the name."""
    found: dict[str, ast.expr] = {}
    for node in trees()[module].body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign) and node.value:
            targets, value = [node.target], node.value
        elif isinstance(node, ast.Assign):
            value = node.value
        else:
            continue
        for target in targets:
            names = [one for one in ast.walk(target) if isinstance(one, ast.Name)]
            values = value.elts if isinstance(value, ast.Tuple) else []
            is_unpacked = isinstance(target, ast.Tuple) and len(values) == len(names)
            pairs = (
                zip(names, values, strict=True) if is_unpacked else ((one, value) for one in names)
            )
            found |= {name.id: one for name, one in pairs}
    return found


def sections() -> Iterator[tuple[str, ast.ClassDef]]:
    """Every class that is a section of settings, with its module."""
    for module, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and any(
                isinstance(one, ast.Name) and one.id == "section" for one in node.decorator_list
            ):
                yield module, node


def settings(declared: ast.ClassDef) -> list[str]:
    """The names of the settings that a section declares."""
    return [
        node.target.id
        for node in declared.body
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and isinstance(node.value, ast.Call)
        and called(node.value) in DECLARED_BY
    ]


def called(node: ast.Call) -> str:
    """The last word of what is called, with the class for the makers of a table."""
    if isinstance(node.func, ast.Attribute):
        owner = node.func.value
        is_table = isinstance(owner, ast.Name) and owner.id in {"Quantiles", "Steps"}
        return f"{owner.id}.{node.func.attr}" if is_table else node.func.attr  # type: ignore[attr-defined]
    return node.func.id if isinstance(node.func, ast.Name) else ""


# --- Every setting is read --------------------------------------------------------------------------------------------


@cache
def loaded(module: str) -> frozenset[str]:
    """Names of attributes that a module reads."""
    return frozenset(
        node.attr
        for node in ast.walk(trees()[module])
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
    )


def own_modules(module: str, declared: ast.ClassDef) -> set[str]:
    """The module of a class and those of its bases."""
    found = {module}
    for base in declared.bases:
        name = base.id if isinstance(base, ast.Name) else ""
        elsewhere, its_name = imports(module).get(name, (module, name))
        for node in ast.walk(trees()[elsewhere]) if elsewhere in trees() else ():
            if isinstance(node, ast.ClassDef) and node.name == its_name and node is not declared:
                found |= own_modules(elsewhere, node)
    return found


def unread() -> dict[str, str]:
    """Settings that no code reads, by section and name."""
    everywhere = frozenset[str]().union(*(loaded(module) for module in trees()))
    found = {}
    for module, declared in sections():
        is_alone = module.startswith(("actors.", "faults."))
        readers = own_modules(module, declared) if is_alone else ()
        read = frozenset[str]().union(*map(loaded, readers)) if is_alone else everywhere
        for name in settings(declared):
            if name not in read:
                found[f"{declared.name}.{name}"] = module
    return found


@pytest.mark.slow
def test_every_setting_is_read() -> None:
    """A setting shapes something: that of an actor or fault in its own file or those of its bases, any other somewhere."""
    assert len([name for _, one in sections() for name in settings(one)]) > 300
    assert unread().keys() == UNREAD.keys()


# --- No draw has a number of its own ----------------------------------------------------------------------------------


def numbers_in(expression: ast.expr, module: str) -> Iterator[str]:
    """Numbers, and names of constants that are made of numbers, in an expression; indices of arrays are none."""
    if isinstance(expression, ast.Constant):
        value = expression.value
        if isinstance(value, int | float) and type(value) is not bool and value not in NEUTRAL:
            yield repr(value)
    elif isinstance(expression, ast.Name):
        if expression.id not in UNITS and is_a_number(expression.id, module):
            yield expression.id
    elif isinstance(expression, ast.Subscript):
        yield from numbers_in(expression.value, module)
    else:
        for child in ast.iter_child_nodes(expression):
            if isinstance(child, ast.expr):
                yield from numbers_in(child, module)


@cache
def is_a_number(name: str, module: str) -> bool:
    """Whether a name stands for a constant of a module, or of one that it imports from, that is made of numbers."""
    elsewhere, its_name = imports(module).get(name, (module, name))
    if elsewhere not in trees() or its_name not in constants(elsewhere):
        return False
    value = constants(elsewhere)[its_name]
    if isinstance(value, ast.Call) and called(value) in SHAPED_BY:
        return False  # found where it is made
    return any(True for _ in numbers_in(value, elsewhere))


def arguments(node: ast.Call) -> Iterator[ast.expr]:
    """The arguments of a draw that shape it."""
    wanted = SHAPED_BY.get(called(node), ())
    yield from (one for place, one in enumerate(node.args) if place in wanted)
    yield from (one.value for one in node.keywords if one.arg in wanted)


def places(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, ast.Call]]:
    """Every call, with the dotted name of the function it stands in; empty at the top of a module."""
    for node in ast.iter_child_nodes(tree):
        is_named = isinstance(node, ast.FunctionDef | ast.ClassDef)
        name = f"{prefix}.{node.name}" if is_named else prefix  # type: ignore[attr-defined]
        if isinstance(node, ast.Call):
            yield prefix, node
        yield from places(node, name)


def numbers_in_draws() -> set[str]:
    """Numbers that shape draws, as `module.function: number`."""
    found = set()
    for module, tree in trees().items():
        if module.startswith(
            ("draws", "claims", "checks", "realism", "privacy")
        ) and not module.startswith("privacy.prize"):
            continue  # what draws are made of, and what asks about worlds: no behaviour
        for function, call in places(tree):
            for argument in arguments(call):
                for number in numbers_in(argument, module):
                    found.add(f"{module}{function}: {number}")
    return found


@pytest.mark.slow
def test_no_draw_has_a_number_of_its_own() -> None:
    """How likely, how long and how many are settings; what is not is on a list that is no longer than needed."""
    not_yet = {f"{name}: {number}" for name, numbers in NOT_YET.items() for number in numbers}
    found = numbers_in_draws()
    assert not_yet.isdisjoint(BY_DESIGN)
    assert sorted(found - not_yet - BY_DESIGN.keys()) == [], "make these a setting"
    assert sorted((not_yet | BY_DESIGN.keys()) - found) == [], "take these off the lists"


@pytest.mark.parametrize(
    ("line", "numbers"),
    [
        ("draw.happens(key, 0.3)", ["0.3"]),
        ("draw.happens(key, self.rate * 0.5, n=7)", ["0.5"]),
        ("draw.happens(key, min(self.rate, 1.0))", []),
        ("draw.happens(key, SHARE)", ["SHARE"]),
        ("draw.happens(key, SHARES[turn > 3])", ["SHARES"]),
        ("draw.below(key, HOUR_MS)", []),
        ("draw.below(key, 2 * HOUR_MS)", ["2"]),
        ("Quantiles.lognormal(self.hours * HOUR_MS, 0.7, low=5_000)", ["0.7"]),
        ("Shares((45, 55))", ["45", "55"]),
        ("shares_of((45, 55))", ["45", "55"]),
        ("draw.pick(key, TABLE)", []),
        ("draw.poisson(key, self.rate, ceiling=8.0)", []),
    ],
)
def test_the_rule_sees_numbers(
    line: str, numbers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A number in a draw is found, plain, in a product or behind a name; a setting, a unit and a ceiling are none."""
    text = (
        f"SHARE = 0.3\nSHARES = np.array([0.2, SHARE])\nTABLE = Shares(SHARES)\nHOUR_MS = 3\n{line}"
    )
    tree = ast.parse(text)
    monkeypatch.setitem(trees(), "planted", tree)
    (call,) = [node for _, node in places(ast.Module(tree.body[-1:], []))][:1]
    found = [one for argument in arguments(call) for one in numbers_in(argument, "planted")]
    assert found == numbers
