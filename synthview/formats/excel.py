"""A workbook of Excel with the tables of the log, as an analyst would be mailed."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any, ClassVar
from xml.sax.saxutils import escape

import polars as pl

from synthview.errors import InputError
from synthview.formats.making.data import Data
from synthview.formats.making.form import RealFormat, option
from synthview.formats.making.output import Output
from synthview.sinks.id_forms import encode_ids
from synthview.tables import Column, Table, table

__all__ = ["MOST_ROWS", "Excel"]

MOST_ROWS = 1_048_576
"""Rows of a sheet, its head among them; Excel cuts a file that has more."""
SHEETS = (
    "log.accounts", "log.profiles", "log.devices", "log.titles", "log.plays", "log.ratings",
    "log.searches", "log.clicks",
)  # fmt: skip
EVENTS = "log.events"
PLAIN, QUOTED, TIME, DAY = 0, 1, 2, 3
"""Styles of cells: a text that could be a formula has the mark that Excel gives to a typed one."""
FORMULA = r"^[\s\x00-\x20\"']*[=+\-@\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}]"
CODED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""The beginning of what Excel would read as the number of a character."""
MS_OF_DAY = 86_400_000
BEFORE_1970 = 25_569
"""Excel counts days from the end of 1899."""
DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
LINKS = (
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
)
XF = 'fontId="0" fillId="0" borderId="0"'
STYLES = f"""{DECLARED}<styleSheet xmlns="{MAIN}">
<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss.000"/>\
<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd"/></numFmts>
<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill>\
<fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" {XF}/></cellStyleXfs>
<cellXfs count="4"><xf numFmtId="0" {XF} xfId="0"/>\
<xf numFmtId="0" {XF} xfId="0" quotePrefix="1"/>\
<xf numFmtId="164" {XF} xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="165" {XF} xfId="0" applyNumberFormat="1"/></cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"""


@dataclass(frozen=True)
class Excel(RealFormat):
    """A workbook of Excel: a sheet for each table of the log, and with events=yes its messages.

    Ids are text, as Excel keeps 15 digits of a number; times are dates of Excel in UTC. Names that
    begin like a formula are marked as text. More rows than a sheet holds are an error, not a cut.
    """

    tables: ClassVar[tuple[str, ...]] = SHEETS
    leaves_out: ClassVar[tuple[str, ...]] = (
        "the messages of the player, unless they are asked for with events=yes",
        "tables of more than 1,048,575 rows",
        "control characters in names",
    )
    suffix: ClassVar[str] = ".xlsx"

    events: bool = option(default=False, about="Add a sheet with the messages of the player.")

    @property
    def needed(self) -> tuple[str, ...]:
        """The tables that become sheets."""
        return (*SHEETS, EVENTS) if self.events else SHEETS

    def write(self, data: Data, output: Output) -> None:
        """Write the sheets one after the other, part by part."""
        names = self.needed
        with output.file() as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
            for path, text in _frame(names):
                book.writestr(_entry(path), text)
            for number, name in enumerate(names, 1):
                with book.open(_entry(f"xl/worksheets/sheet{number}.xml"), "w") as sheet:
                    output.rows += _fill(sheet, table(name), data)


def _fill(sheet: IO[bytes], of: Table, data: Data) -> int:
    """Write the rows of a table; return how many."""
    head = "".join(_text(one.name, PLAIN) for one in of.columns)
    begin = f'{DECLARED}<worksheet xmlns="{MAIN}"><sheetData>\n<row>{head}</row>\n'
    sheet.write(begin.encode())
    count = 0
    for rows in data.parts(of.path):
        count += len(rows)
        if count >= MOST_ROWS:
            raise InputError(
                f"{of.path} has more rows than the {MOST_ROWS - 1:,} that a sheet of Excel holds "
                "below its head. Convert fewer accounts with --limit, or use sqlite."
            )
        sheet.write("".join(_rows(of, rows)).encode())
    sheet.write(b"</sheetData></worksheet>")
    return count


def _rows(of: Table, rows: pl.DataFrame) -> Iterator[str]:
    """Yield rows as XML; each column is turned into cells at once."""
    columns = [_cells(one, rows[one.name]) for one in of.columns]
    for cells in zip(*columns, strict=True):
        yield f"<row>{''.join(cells)}</row>\n"


def _cells(column: Column, values: pl.Series) -> Sequence[str]:
    if column.kind in ("text", "choice", "id"):
        return _texts(_as_text(column, values))
    if column.kind == "time":
        days = values.cast(pl.Datetime("ms")).to_physical() / MS_OF_DAY + BEFORE_1970
        return _numbers(days, TIME)
    if column.kind == "day":
        return _numbers(values.to_physical() + BEFORE_1970, DAY)
    if column.kind == "claim":
        return [_bool(one) for one in values]
    return _numbers(values, PLAIN)


def _as_text(column: Column, values: pl.Series) -> pl.Series:
    return encode_ids(values, column.prefix) if column.kind == "id" else values.cast(pl.String)


def _texts(values: pl.Series) -> list[str]:
    clean = values.str.replace_all(r"[\x00-\x08\x0B\x0C\x0E-\x1F\x{FFFE}\x{FFFF}]", "")
    is_like_formula = clean.str.contains(FORMULA).fill_null(value=False)
    pairs = zip(clean, is_like_formula, strict=True)
    return [_text(one, QUOTED if is_like else PLAIN) for one, is_like in pairs]


def _text(value: str | None, style: int) -> str:
    """One cell of text; a carriage return is written as Excel does, as XML would change it."""
    if value is None:
        return "<c/>"
    inner = escape(CODED.sub("_x005F_", value).replace("\r", "_x000D_"))
    return f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{inner}</t></is></c>'


def _numbers(values: pl.Series, style: int) -> list[str]:
    return ["<c/>" if one is None else f'<c s="{style}"><v>{one}</v></c>' for one in values]


def _bool(value: Any) -> str:
    return "<c/>" if value is None else f'<c t="b"><v>{int(value)}</v></c>'


def _frame(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the files of a workbook beside its sheets."""
    yield "[Content_Types].xml", _types(len(names))
    yield "_rels/.rels", _relations(_relation("rId1", "officeDocument", "xl/workbook.xml"))
    yield "xl/_rels/workbook.xml.rels", _relations(_links(len(names)))
    yield "xl/workbook.xml", _workbook(names)
    yield "xl/styles.xml", STYLES


def _types(count: int) -> str:
    """What each file of a workbook is."""
    paths = [f"/xl/worksheets/sheet{one}.xml" for one in range(1, count + 1)]
    parts = [_override(path, f"{KIND}.worksheet+xml") for path in paths]
    parts.append(_override("/xl/workbook.xml", f"{KIND}.sheet.main+xml"))
    parts.append(_override("/xl/styles.xml", f"{KIND}.styles+xml"))
    inner = LINKS + "".join(parts)
    return f'{DECLARED}<Types xmlns="{PACKAGE}/content-types">{inner}</Types>'


def _links(count: int) -> str:
    """Which files belong to a workbook."""
    numbers = range(1, count + 1)
    sheets = [_relation(f"rId{one}", "worksheet", f"worksheets/sheet{one}.xml") for one in numbers]
    styles = _relation(f"rId{count + 1}", "styles", "styles.xml")
    return "".join(sheets) + styles


def _workbook(names: Sequence[str]) -> str:
    """The sheets by name."""
    sheets = []
    for number, name in enumerate(names, 1):
        title = name.removeprefix("log.")
        sheets.append(f'<sheet name="{title}" sheetId="{number}" r:id="rId{number}"/>')
    words = f'xmlns="{MAIN}" xmlns:r="{DOCUMENT}"'
    listed = "".join(sheets)
    return f"{DECLARED}<workbook {words}><sheets>{listed}</sheets></workbook>"


def _override(path: str, kind: str) -> str:
    return f'<Override PartName="{path}" ContentType="{kind}"/>'


def _relation(name: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{name}" Type="{DOCUMENT}/{kind}" Target="{target}"/>'


def _relations(inner: str) -> str:
    return f'{DECLARED}<Relationships xmlns="{PACKAGE}/relationships">{inner}</Relationships>'


def _entry(name: str) -> zipfile.ZipInfo:
    """Return a file of the ZIP; its date is the first that one can have, whenever it is made."""
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
