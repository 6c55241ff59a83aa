"""Reads a stranger's sheet in a process of its own: `python -I sheet_child.py csv|xlsx < file`.

Prints {"rows": [[text, ...], ...]} or {"refused": sentence}. It limits its own memory and processor time
before it looks at a byte, and is killed by whoever started it when it takes too long: a valid file of a few
megabytes can keep a parser busy for minutes.
"""

from __future__ import annotations

import csv
import datetime
import io
import json
import resource
import sys
import zipfile

MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 501, 30, 300  # 500 runners and the headings
MOST_BYTES = 1_000_000
MOST_UNPACKED, MOST_PARTS = 20_000_000, 200
MEMORY_BYTES, SECONDS = 256 * 1024 * 1024, 4
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class Refused(Exception):
    """Says in a sentence what to do instead."""


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read(kind: str, data: bytes) -> list[list[str]]:
    """The rows as text, without empty ones at the end."""
    if len(data) > MOST_BYTES:
        raise Refused("The file is larger than 1 MB. Split it.")
    rows = read_xlsx(data) if kind == "xlsx" else read_csv(data)
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def read_csv(data: bytes) -> list[list[str]]:
    if data.startswith((ZIP, OLD_EXCEL)):
        raise Refused("This is not a CSV file. Save the sheet as CSV or XLSX and try again.")
    text = decoded(data)
    if "\x00" in text:
        raise Refused("This is not a text file. Save the sheet as CSV or XLSX and try again.")
    csv.field_size_limit(LONGEST_CELL * 4)
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    try:
        return taken(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error:
        raise Refused("The quotation marks in this file do not match. Save the sheet as CSV again.") from None


def decoded(data: bytes) -> str:
    encoding = next((encoding for mark, encoding in BOMS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8":
            raise Refused("The text of this file cannot be read. Save it as CSV UTF-8.") from None
        return data.decode("cp1252", errors="replace")  # what older spreadsheets write


def read_xlsx(data: bytes) -> list[list[str]]:
    if data.startswith(OLD_EXCEL):
        raise Refused("This is an old or a locked Excel file. Save it as XLSX without a password.")
    if not data.startswith(ZIP):
        raise Refused("This is not an XLSX file. Save the sheet as XLSX or CSV and try again.")
    check_archive(data)
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # the file may lie about its size
        return taken(sheet.iter_rows(values_only=True))  # which reads the sheet on the way
    except (Refused, MemoryError, RecursionError):
        raise
    except Exception:  # whatever a broken file makes a parser say
        raise Refused("This XLSX file is damaged. Open it, save it again, and try once more.") from None


def check_archive(data: bytes) -> None:
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except zipfile.BadZipFile:
        raise Refused("This XLSX file is damaged. Open it, save it again, and try once more.") from None
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Refused("This file unpacks to far more than a list of runners. Copy the list into a new sheet.")
    names = [part.filename.lower() for part in parts]
    if any("vbaproject" in name or "macrosheets" in name for name in names):
        raise Refused("This file holds macros. Save it as XLSX without them.")


def taken(found: object) -> list[list[str]]:
    rows: list[list[str]] = []
    for row in found:  # type: ignore[attr-defined]  # any iterable of rows
        cells = [as_text(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if len(rows) == MOST_ROWS:
            if cells:
                raise Refused("There are more than 500 runners in this file. Split it.")
            continue
        if len(cells) > MOST_COLUMNS:
            raise Refused("There are more than 30 columns in this file. Start from the template.")
        rows.append(cells)
    return rows


def as_text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime.datetime):
        cell = cell.date()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)  # a phone number that a sheet took for a number
    text = str(cell).strip()
    if len(text) > LONGEST_CELL:
        raise Refused(f"A cell holds more than {LONGEST_CELL} letters. Start from the template.")
    return text


def main() -> None:
    limit()
    try:
        answer: dict[str, object] = {"rows": read(sys.argv[1], sys.stdin.buffer.read(MOST_BYTES + 1))}
    except Refused as refused:
        answer = {"refused": str(refused)}
    except (MemoryError, RecursionError):
        answer = {"refused": "This file is too large or too deep to read. Copy the list into a new sheet."}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
