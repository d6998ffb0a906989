"""Values and files: what a scenario takes, what it refuses and how, and that nothing typed can do worse than that."""

from __future__ import annotations

import math
import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synthview.errors import InputError, ScenarioError, SettingError, UnknownName
from synthview.registry import installed
from synthview.scenario import load
from synthview.scenario.entries import declared
from synthview.viewing.settings import SittingSettings
from synthview.world.settings import WorldSettings

SETTINGS = declared(installed())
NUMBERS = [entry for entry in SETTINGS.values() if entry.setting.kind == "number"]
A_FILM = """
[[titles]]
name = "A Film"
released_on = 2017-10-03
runtime_minutes = 90
genres = ["drama"]
popularity_rank = 7
"""


class TestValues:
    """What a value may be."""

    def test_text_is_read_as_toml(self) -> None:
        """An override's text is a TOML value where it is one, and bare text otherwise."""
        told = {
            "run.days": "5",
            "sittings.together": "0.3",
            "run.start": "2017-10-09",
            "about": "a quick try",
            "sittings.weekdays": "[1,1,1,1,1,1,2]",
        }
        scenario = load("tiny", installed(), told)
        assert (scenario.run.days, scenario.run.start, scenario.about) == (
            5,
            date(2017, 10, 9),
            "a quick try",
        )
        assert scenario.of(SittingSettings).weekdays == (1, 1, 1, 1, 1, 1, 2)

    @settings(deadline=None)
    @given(st.floats(0, 1), st.sampled_from(["US", "GB", "BE"]))
    def test_other_shares_fill_what_is_left(self, share: float, country: str) -> None:
        """Setting one share keeps the proportions of the others, and all sum to 1."""
        before = load("tiny", installed()).of(WorldSettings).country_shares
        after = (
            load("tiny", installed(), {f"world.country_shares.{country}": share})
            .of(WorldSettings)
            .country_shares
        )
        assert after[country] == share
        assert math.isclose(math.fsum(after.values()), 1, abs_tol=1e-6)
        assert after["DE"] * before["FR"] == pytest.approx(after["FR"] * before["DE"])

    def test_a_country_without_accounts_so_far_may_get_some(self) -> None:
        """A part beyond those of the default can be named, if the world knows it."""
        assert (
            load("tiny", installed(), {"world.country_shares.NZ": 1})
            .of(WorldSettings)
            .country_shares["NZ"]
            == 1
        )

    @settings(deadline=None)
    @given(st.data())
    def test_a_number_is_taken_if_and_only_if_it_is_allowed(self, data: st.DataObject) -> None:
        """Inside `allowed` loads, and warns exactly outside low to high; outside is an error that tells the limits."""
        entry = data.draw(
            st.sampled_from([one for one in NUMBERS if not one.path.startswith("run.")])
        )
        setting = entry.setting
        assert setting.allowed is not None
        assert setting.low is not None
        assert setting.high is not None
        low, high = setting.allowed
        whole = setting.type is int
        numbers = (
            st.integers(int(low) - 5, int(high) + 5)
            if whole
            else st.floats(low - 1, high + 1, allow_nan=False)
        )
        value: float = data.draw(numbers)
        if low <= value <= high:
            warnings = load("tiny", installed(), {entry.path: value}).warnings
            assert any(one.startswith(f"{entry.path} = ") for one in warnings) == (
                value != 0 and not setting.low <= value <= setting.high
            )
        else:
            with pytest.raises(SettingError, match=f"allowed is .* {setting.unit}"):
                load("tiny", installed(), {entry.path: value})

    @pytest.mark.parametrize(
        ("path", "value", "complaint"),
        [
            ("run.days", "0", "allowed is 1 to 4,090 days"),
            ("run.households", "-3", "allowed is 1 to"),
            ("run.seed", str(2**63), "allowed is 0 to 9,223,372,036,854,775,807"),
            ("run.seed", "-" + "9" * 40, "allowed is 0 to"),
            ("run.households", "1e309", "allowed is 1 to 4,294,967,295 households"),
            ("run.days", "9" * 5_000, "a whole number, 1 to 4,090 days"),
            ("run.start", "0000-01-01", "a date such as"),
            ("run.start", "10000-01-01", "a date such as"),
            ("a" + ".a" * 20_000, "1", "not the path of a setting"),
            ("titles", "[" * 20_000, "a list of tables"),
            ("run.dropped", "[-1]", "numbered from 0 to 4,294,967,294"),
            ("run.dropped", "[9223372036854775807]", "numbered from 0 to 4,294,967,294"),
            ("run.days", "3.5", "a whole number"),
            ("run.days", "true", "a whole number"),
            ("run.start", "2017-13-45", "a date such as"),
            ("run.start", "2017-10-02T10:00:00", "cannot be"),
            ("run.start", "2017-09-01", "between the epoch"),
            ("run.start", "1492-10-12", "between the epoch"),
            ("run.epoch", "2018-01-01", "between the epoch"),
            ("run.start", "2030-01-01", "at most 4,090"),
            ("sittings.together", "nan", "cannot be NaN"),
            ("sittings.together", "-inf", "cannot be"),
            ("sittings.together", "often", "a number"),
            ("sittings.together", "[0.5]", "a number"),
            ("sittings.togther", "0.5", "Did you mean 'together'"),
            ("together", "0.5", "Did you mean 'sittings.together'"),
            ("sitting.together", "0.5", "Did you mean 'sittings'"),
            ("sittings", "3", "a section with settings"),
            ("sittings.weekdays", "[1, 2]", "a list of 7 numbers"),
            ("sittings.weekdays", "[0, 0, 0, 0, 0, 0, 0]", "at least one above 0"),
            ("sittings.weekdays", "[1, 1, 1, 1, 1, 1, -1]", "none below 0"),
            ("sittings.weekdays", "[1, 1, 1, 1, 1, 1, nan]", "cannot be NaN"),
            ("world.country_shares.US", "1.2", "between 0 and 1"),
            ("world.country_shares.ZZ", "0.1", "no part of world.country_shares"),
            ("world.country_shares", "{US = 0.7, GB = 0.7}", "must sum to 1"),
            ("world.country_shares", "[0.7]", "a table of shares"),
            ("people.plans", "{basic = 0.5, standard = 0.5, premium = 0.5}", "sum to 1.5"),
            ("model", "0", "'0' is not a valid model"),
            ("model", "7up", "Known: 1"),
            ("based_on", "tiny", "no section 'based_on'"),
            ("actors.cat", "{}", "no actor 'cat'"),
            ("actors", "false", "a table with one section for each of the actors"),
            ("without", "actors", "a list of names"),
            ("without", '["dog"]', "no actor or fault 'dog'"),
            ("titles", "3", "a list of tables"),
            ("titles.x", "3", "a table of settings"),
            ("claims", '[{kind = "streak"}]', "needs a name"),
            ("name", "\udcff", "not text"),
            ("a b", "1", "not the path of a setting"),
            ("", "1", "not the path of a setting"),
            ("run.days\nrun.seed", "1", "not the path of a setting"),
        ],
    )
    def test_a_wrong_value_is_told(self, path: str, value: str, complaint: str) -> None:
        """A wrong path or value is refused with what is wrong and what would be right."""
        with pytest.raises(InputError) as refused:
            load("tiny", installed(), {path: value})
        assert complaint in str(refused.value)
        assert "pydantic" not in str(refused.value)

    def test_a_part_and_its_whole_are_not_set_together(self) -> None:
        """Two overrides that contradict each other are refused, in either order."""
        for both in (
            {"run": {"days": 2}, "run.days": 3},
            {"run.days": 3, "run": {}},
            {"name": "x", "name.y": 1},
        ):
            with pytest.raises(SettingError, match="twice"):
                load("tiny", installed(), both)

    def test_a_value_nested_without_end_is_refused(self) -> None:
        """A list in a list, thousands of times over, is no setting."""
        deep: list[object] = []
        for _ in range(100_000):
            deep = [deep]
        with pytest.raises(SettingError, match="nested too deeply"):
            load("tiny", installed(), {"run.days": deep})

    @pytest.mark.parametrize("odd", [object(), None, b"bytes", 10**30, {1, 2}, complex(1, 2)])
    def test_a_python_value_that_is_no_setting_is_refused(self, odd: object) -> None:
        """Values only Python can make are refused as clearly as those of a file."""
        with pytest.raises(SettingError, match=r"run\.days"):
            load("tiny", installed(), {"run.days": odd})


class TestFiles:
    """Files that are no scenario, and scenarios that make no sense."""

    @pytest.mark.parametrize(
        ("content", "complaint"),
        [
            (b"run = ]\nx = 1", "is not TOML: .*line 1"),
            (b"run.days = 3\nrun.days = 4\nx = 1", "is not TOML: .*line 2"),
            (b"# ok\nname = '\xff'", r"not UTF-8 text \(line 2\)"),
            (b"a = " + b"[" * 5000, "is not TOML"),
            (b"# " + b"x" * 1_000_001, "larger than 1 MB"),
            (b"a" + b".a" * 20_000 + b" = 1", "key of more than 16 parts"),
            (b"[a" + b".a" * 20_000 + b"]", "key of more than 16 parts"),
            (b"a = " + b"{a = " * 20_000, "nested more than 16 deep"),
            (b"run.seed = " + b"1" * 100_000, "a number with too many digits"),
            (b'packages.dog_on_sofa = ""', "the name of a package"),
            (b"packages.dog_on_sofa = 3", "the name of a package"),
            (b'packages.dog_on_sofa = "dog 1"', "pip install dog"),
            (
                b"sittings.weekdays = [1e300, 1e300, 1, 1, 1, 1, 1]",
                "each is 0, or from 0.000001 to 1,000,000",
            ),
            (
                b"sittings.weekdays = [5e-324, 0, 0, 0, 0, 0, 0]",
                "each is 0, or from 0.000001 to 1,000,000",
            ),
            (b"sittings.weekdays = [-0.0, 0, 0, 0, 0, 0, 0]", "at least one above 0"),
            (b"based_on = 3", "name of a scenario or the path"),
            (b"run = 3", "a section with settings, not 3"),
            (b"name = true", "name in .* must be text"),
            (b"days = 3", "Did you mean 'run.days'"),
            (b"[[titles]]", "needs a name"),
            (b'[[titles]]\nname = "X"', "needs a value for 'released_on'"),
            (A_FILM.encode() * 2, "names 'A Film' twice"),
            (A_FILM.replace('"drama"', '"dramma"').encode(), "Did you mean 'drama'"),
            (A_FILM.replace('"drama"', "").encode(), "one or two genres"),
            (A_FILM.encode() + b'kind = "movie"', "'movie' is not a valid titles"),
            (
                A_FILM.encode()
                + b'[[dated_events]]\nname="E"\ntitle="B Film"\non=2017-10-03\nlift=2',
                "Did you mean 'A Film'",
            ),
            (
                A_FILM.encode()
                + b'[[dated_events]]\nname="E"\ntitle="A Film"\non=2017-10-01\nlift=2',
                "before A Film appears",
            ),
            (b"name = [3]", "name in .* must be text"),
            (b"world.month_lift = 1", "a list of 12 numbers"),
        ],
    )
    def test_a_bad_file_is_told(self, content: bytes, complaint: str, tmp_path: Path) -> None:
        """A file that cannot be a scenario is refused with its name, the place and what would be right."""
        path = tmp_path / "bad.toml"
        path.write_bytes(content)
        with pytest.raises(InputError, match=complaint) as refused:
            load(path, installed())
        assert "bad.toml" in str(refused.value)

    def test_a_file_that_cannot_be_opened_is_told(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A directory, a missing file, a file without permission and an impossible name are each told."""
        for what, complaint in (
            (str(tmp_path) + "/", "is a directory"),
            ("no.toml", "no file"),
            ("a\0b.toml", "no path of a file"),
            ("", "no path of a file"),
            ("-", "not read from the standard input"),
            ("~no_such_user/a.toml", "no home directory of the user no_such_user"),
            ("/dev/null", "is a device"),
            ("x" * 5_000 + ".toml", "no file"),
        ):
            with pytest.raises(ScenarioError, match=complaint):
                load(what, installed())

        def refuse(*_: object) -> None:
            raise PermissionError(13, "Permission denied")

        (tmp_path / "locked.toml").write_text("", "utf-8")
        monkeypatch.setattr(os, "open", refuse)
        with pytest.raises(ScenarioError, match="cannot be read: Permission denied"):
            load(tmp_path / "locked.toml", installed())

    def test_nothing_waits_and_nothing_goes_round(self, tmp_path: Path) -> None:
        """A pipe as scenario or base, a link to itself, and files based on one another end with words."""
        os.mkfifo(tmp_path / "pipe.toml")
        (tmp_path / "loop.toml").symlink_to(tmp_path / "loop.toml")
        for name, base in (
            ("on_pipe", "pipe.toml"),
            ("on_loop", "loop.toml"),
            ("a", "b.toml"),
            ("b", "./a.toml"),
        ):
            (tmp_path / f"{name}.toml").write_text(f"based_on = '{base}'", "utf-8")
        for number in range(20):
            (tmp_path / f"c{number}.toml").write_text(f"based_on = 'c{number + 1}.toml'", "utf-8")
        for name, complaint in (
            ("pipe", "is a named pipe"),
            ("on_pipe", "pipe.toml is a named pipe"),
            ("on_loop", "cannot be read"),
            ("a", "leads in a circle"),
            ("c0", "more than 16 files"),
        ):
            with pytest.raises(ScenarioError, match=complaint):
                load(tmp_path / f"{name}.toml", installed())

    def test_a_home_directory_is_known_by_its_sign(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """`~` at the beginning of a scenario's path, or of what it is based on, is the home directory."""
        monkeypatch.setenv("HOME", str(tmp_path))
        (tmp_path / "mine.toml").write_text("run.days = 6", "utf-8")
        (tmp_path / "other.toml").write_text("based_on = '~/mine.toml'", "utf-8")
        assert load("~/mine.toml", installed()).run.days == 6
        assert load("~/other.toml", installed()).run.days == 6

    def test_a_name_that_nothing_has_gets_the_nearest(self) -> None:
        """A misspelt scenario is answered with the nearest one and the list."""
        with pytest.raises(UnknownName, match="Did you mean 'everyday'"):
            load("evryday", installed())

    def test_a_byte_order_mark_is_no_harm(self, tmp_path: Path) -> None:
        """A file saved by an editor that marks UTF-8 loads, with either kind of line end."""
        path = tmp_path / "marked.toml"
        path.write_bytes(b"\xef\xbb\xbfabout = 'x'\r\nrun.days = 6\r\n")
        assert load(path, installed()).run.days == 6


KEYS = st.sampled_from(
    [
        "run",
        "days",
        "start",
        "epoch",
        "sittings",
        "together",
        "world",
        "country_shares",
        "US",
        "titles",
        "name",
        "claims",
        "actors",
        "without",
    ]
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.dates()
    | st.datetimes(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)


def _settles(what: str | Path, overrides: dict[str, object] | None = None) -> str:
    """Load a scenario that then loads as itself, or be refused: return its text, or the complaint."""
    try:
        scenario = load(what, installed(), overrides)
    except InputError as refused:
        return str(refused)
    assert load(scenario, installed()) == scenario
    return scenario.to_toml()


class TestFuzz:
    """Nothing that can be typed ends otherwise than in a scenario or an `InputError`."""

    @settings(deadline=None)
    @given(
        st.lists(KEYS, min_size=1, max_size=3).map(".".join) | st.text(max_size=12),
        st.text(max_size=20) | VALUES,
    )
    def test_any_override(self, path: str, value: object) -> None:
        """Any path with any value either loads into a scenario that loads as itself, or is refused."""
        assert _settles("tiny", {path: value})

    @settings(deadline=None)
    @given(path=st.sampled_from(sorted(SETTINGS)), value=VALUES)
    def test_any_value_of_any_setting(self, path: str, value: object) -> None:
        """Each setting takes or refuses whatever Python can hold."""
        assert path.split(".", 1)[0] in _settles("tiny", {path: value})

    @settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        content=st.binary(max_size=60)
        | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass"))
    )
    def test_any_file(self, content: bytes, tmp_path: Path) -> None:
        """Any bytes as a scenario file either load or are refused."""
        path = tmp_path / "any.toml"
        path.write_bytes(content)
        assert "any" in _settles(path)

    @settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        place=st.integers(0, 10_000),
        junk=st.text(alphabet='="[]{}.,#\n0aZ_- \t', max_size=4),
        cut=st.integers(0, 30),
    )
    def test_any_slip_of_the_keyboard(
        self, place: int, junk: str, cut: int, tmp_path: Path
    ) -> None:
        """A real scenario with a few characters changed either loads or is refused."""
        text = load("christmas-prince", installed()).to_toml()
        place %= len(text)
        path = tmp_path / "slip.toml"
        path.write_text(text[:place] + junk + text[place + cut :], encoding="utf-8")
        assert _settles(path)


class TestClaims:
    """What a claim may not leave open."""

    @pytest.mark.parametrize(
        ("lines", "said"),
        [
            ('kind = "total"\nsaid = 5', r"is a total; say of what: of = "),
            (
                'said = 5\ntitle = "A Film"',
                r"is about 'A Film', and .*c\.toml names no title: add \[\[titles\]\]",
            ),
            ('kind = "count"\nsaid = -1', r"allowed is 0 to 1,000,000,000,000,000\."),
        ],
    )
    def test_a_claim_that_cannot_be_asked_is_refused(
        self, tmp_path: Path, lines: str, said: str
    ) -> None:
        """A claim says what it counts and of which title, in words that name the file."""
        (tmp_path / "c.toml").write_text(f'[[claims]]\nname = "mine"\n{lines}\n', "utf-8")
        with pytest.raises(SettingError, match=said):
            load(tmp_path / "c.toml", installed())
