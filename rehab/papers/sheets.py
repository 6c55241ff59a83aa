"""A caseload report as files for a spreadsheet: CSV, one figure a line, and XLSX, one sheet a table.

No text can become a formula: whatever starts like one is given an apostrophe, which spreadsheets read as
"this is text" (S37). Numbers stay numbers.
"""

import csv
import io
from datetime import datetime
from typing import Any

from rehab.queries.caseload_reports import CaseloadReport
from rehab.queries.report_pictures import Figure

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
WIDEST = 48  # characters
TEXT = "s"


def safe(figure: Figure) -> Figure:
    """The same, unless it is text that a spreadsheet would run."""
    if isinstance(figure, str) and figure.lstrip(" \u00a0\ufeff\u200b").startswith(STARTS_A_FORMULA):
        return f"'{figure}"
    return figure


def about(report: CaseloadReport) -> list[tuple[str, str]]:
    """What every file says of itself."""
    cases = "fewer than 5: nothing is told" if report.cases is None else str(report.cases)
    return [
        ("Clinic", report.clinic),
        ("Cases opened in", str(report.asked.year)),
        ("Looked at on", report.looked_at),
        ("Cases", cases),
        ("Whose", "those whose records the reader may open" if report.of_own else "everybody's"),
        ("Split by", "type" if report.asked.by == "type" else "first programme"),
        ("Small counts", "Counts from 1 to 4 are not told; nor are those that would give them back."),
        ("What it is", "Counts of what was recorded. They do not say what caused what."),
    ]


def as_csv(report: CaseloadReport) -> bytes:
    """Table, row, column, figure. With a byte order mark, which Excel needs to read UTF-8."""
    kept = io.StringIO()
    writer = csv.writer(kept)
    writer.writerow(("Table", "Row", "Column", "Figure"))
    for name, words in about(report):
        writer.writerow(map(safe, ("About", name, "", words)))
    for table in report.tables:
        for row in table.rows:
            named = ", ".join(str(cell) for cell in row[: table.keys])
            for column, figure in zip(table.head[table.keys :], row[table.keys :], strict=True):
                writer.writerow(map(safe, (table.caption, named, column, figure)))
    return ("\ufeff" + kept.getvalue()).encode()


def as_xlsx(report: CaseloadReport, now: datetime) -> bytes:
    from openpyxl import Workbook  # a sixth of a second of every start, for a file now and then

    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.created = book.properties.modified = now.replace(tzinfo=None)
    book.properties.creator = "Plimsoll"
    _fill(book.create_sheet("About"), [("About", "This report"), *about(report)])
    for table in report.tables:
        _fill(book.create_sheet(table.name[:31]), [table.head, *table.rows])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _fill(sheet: Any, rows: list[tuple[Figure, ...]]) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    for r, row in enumerate(rows, start=1):
        for c, figure in enumerate(row, start=1):
            cell = sheet.cell(row=r, column=c, value=safe(figure))
            if isinstance(figure, str):
                cell.data_type = TEXT  # never a formula, whatever it starts with
            if r == 1:
                cell.font = Font(bold=True)
    for c in range(1, len(rows[0]) + 1):
        longest = max(len(str(row[c - 1])) for row in rows)
        sheet.column_dimensions[get_column_letter(c)].width = min(longest + 2, WIDEST)
    sheet.freeze_panes = "A2"
