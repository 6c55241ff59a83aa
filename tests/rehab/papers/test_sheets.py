"""A report as CSV and XLSX: every figure, and no cell that a spreadsheet would run (S37)."""

import csv
import io
from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook

from rehab.papers.sheets import as_csv, as_xlsx, safe
from rehab.queries.caseload_reports import CaseloadReport
from rehab.queries.report_asked import Asked
from rehab.queries.report_pictures import Table

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
EVIL = '=HYPERLINK("http://evil.example","open")'
TABLE = Table(
    "t", "A table", ("Group", "Cases", "Change"), (("Everybody", 12, -2.5), (EVIL, 7, "fewer than 5"))
)
HOSTILE = [
    "|cmd", "=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\ufeff=1", "＝1",
]  # fmt: skip


@pytest.fixture
def report() -> CaseloadReport:
    asked = Asked(2026)
    return CaseloadReport(EVIL, asked, "16 November 2026", 19, True, quarters=TABLE)


@pytest.mark.parametrize("text", HOSTILE)
def test_text_that_starts_like_a_formula_becomes_plain_text(text):
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize("figure", [12, -2.5, "12", "fewer than 5", "–", "Mid-portion + Mixed", ""])
def test_numbers_and_plain_words_stay_as_they_are(figure):
    assert safe(figure) == figure


def test_the_csv_has_one_figure_a_line(report):
    lines = list(csv.reader(io.StringIO(as_csv(report).decode("utf-8-sig"))))
    assert lines[0] == ["Table", "Row", "Column", "Figure"]
    assert ["A table", "Everybody", "Cases", "12"] in lines
    assert ["A table", "Everybody", "Change", "-2.5"] in lines
    assert ["A table", f"'{EVIL}", "Change", "fewer than 5"] in lines
    assert ["About", "Clinic", "", f"'{EVIL}"] in lines


def test_the_xlsx_has_a_sheet_for_each_table_and_no_formula(report):
    book = load_workbook(io.BytesIO(as_xlsx(report, NOW)))
    assert book.sheetnames == ["About", "t"]
    assert [cell.value for cell in book["t"][2]] == ["Everybody", 12, -2.5]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert len(cells) > 20
    assert all(cell.data_type != "f" for cell in cells)
    assert f"'{EVIL}" in [cell.value for cell in cells]


def test_without_the_guard_the_cell_would_be_a_formula(report, monkeypatch):
    monkeypatch.setattr("rehab.papers.sheets.safe", lambda figure: figure)
    monkeypatch.setattr("rehab.papers.sheets.TEXT", "f")
    book = load_workbook(io.BytesIO(as_xlsx(report, NOW)))
    assert any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)
