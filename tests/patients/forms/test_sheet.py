"""The import's parsers under random files: rows or a sentence, never an error, and no line is lost."""

import io
import zipfile
from datetime import date

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from patients.forms import sheet, sheet_child

HEAD = "Given name,Family name,E-mail address,Date of birth,Phone,Side"
CELL = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SHEET = "xl/worksheets/sheet1.xml"


def rows_or_sentence(kind: str, data: bytes) -> list[list[str]] | None:
    try:
        rows = sheet_child.read(kind, data)
    except sheet_child.Refused as refused:
        assert str(refused).endswith(".")
        return None
    assert len(rows) <= sheet_child.MOST_ROWS
    assert all(len(cell) <= sheet_child.LONGEST_CELL for row in rows for cell in row)
    return rows


def seen(rows: list[list[str]]) -> sheet.Preview | None:
    try:
        return sheet.preview(rows, known={}, born={}, time_zone="Europe/London", today=date(2026, 11, 27))
    except sheet.SheetRefused as refused:
        assert str(refused).endswith(".")
        return None


@given(st.binary(max_size=400))
@QUICK
def test_any_bytes_called_csv_are_rows_or_a_sentence(data: bytes) -> None:
    for start in (b"", HEAD.encode() + b"\n", b"\xff\xfe", b"\xef\xbb\xbf"):
        rows = rows_or_sentence("csv", start + data)
        if rows is not None:
            seen(rows)


@given(st.lists(st.lists(CELL, min_size=6, max_size=6), min_size=1, max_size=8))
@example([["Ann", "Able", "ann@example.org", "1984-05-17", "", "left"]])
@QUICK
def test_every_line_of_a_list_is_taken_or_named(lines: list[list[str]]) -> None:
    preview = seen([HEAD.split(","), *lines])
    filled = sum(any(cells) for cells in lines)
    assert (preview is None) == (filled == 0)
    if preview is not None:
        assert len(preview.rows) + preview.bad_lines == filled


def _book() -> dict[str, bytes]:
    book, stream = Workbook(), io.BytesIO()
    book.active.append(HEAD.split(","))
    book.active.append(["Ann", "Able", "ann@example.org", date(1984, 5, 17), 2079460001, "L"])
    book.save(stream)
    with zipfile.ZipFile(stream) as archive:
        return {part.filename: archive.read(part) for part in archive.infolist()}


PARTS = _book()


def packed(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


@given(st.sampled_from(sorted(PARTS)), st.integers(0, 5000), st.integers(0, 60), st.binary(max_size=30))
@example(SHEET, 0, 0, b"")
@QUICK
def test_a_workbook_with_a_part_spoilt_is_rows_or_a_sentence(
    part: str, at: int, cut: int, put: bytes
) -> None:
    data = PARTS[part]
    at %= len(data) + 1
    spoilt = packed({**PARTS, part: data[:at] + put + data[at + cut :]})
    rows = rows_or_sentence("xlsx", spoilt)
    if rows is not None:
        seen(rows)


@given(st.integers(0, 6000), st.binary(max_size=8))
@QUICK
def test_a_workbook_cut_off_or_overwritten_is_rows_or_a_sentence(at: int, put: bytes) -> None:
    whole = packed(PARTS)
    at %= len(whole)
    rows_or_sentence("xlsx", whole[:at])
    rows_or_sentence("xlsx", whole[:at] + put + whole[at + len(put) :])


def test_the_whole_workbook_is_read() -> None:
    """What the spoilt ones are made of is good, so something was tried."""
    rows = rows_or_sentence("xlsx", packed(PARTS))
    assert rows is not None and rows[1][:4] == ["Ann", "Able", "ann@example.org", "1984-05-17"]


def test_a_sheet_that_breaks_in_its_middle_is_a_sentence_of_the_reader_itself() -> None:
    """Not of the parent, which would call it too large: what is wrong decides what to do."""
    with pytest.raises(sheet_child.Refused, match="damaged"):
        sheet_child.read("xlsx", packed({**PARTS, SHEET: PARTS[SHEET][:180] + b"\x00" + PARTS[SHEET][180:]}))
