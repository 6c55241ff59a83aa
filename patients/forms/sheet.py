"""A caseload from a spreadsheet: the file read in a child process, each row checked as the form would."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from patients.forms.patients import NewPatientForm
from patients.models import TendonSide

CHILD = Path(__file__).with_name("sheet_child.py")
PATIENCE_S = 20.0  # of the clock, on a busy machine; the child itself may use 4 s of a processor
MOST_BYTES = 1_000_000
HEADINGS = {
    "given_name": ("given name", "first name", "forename"),
    "family_name": ("family name", "last name", "surname"),
    "email": ("e-mail address", "e-mail", "email", "email address"),
    "birth_date": ("date of birth", "birth date", "born", "dob"),
    "phone": ("phone", "telephone", "mobile"),
    "sides": ("side", "sides", "leg"),
}
NEEDED = ("given_name", "family_name", "email", "sides")
SIDES = {
    "left": [TendonSide.LEFT], "l": [TendonSide.LEFT], "right": [TendonSide.RIGHT], "r": [TendonSide.RIGHT],
    "both": list(TendonSide), "left and right": list(TendonSide), "lr": list(TendonSide),
}  # fmt: skip
DATES = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y")
TEMPLATE = (
    "Given name,Family name,E-mail address,Date of birth,Phone,Side\r\n"
    "Robin,Example,robin@example.org,1984-05-17,020 7946 0123,left\r\n"
)


Someone = tuple[str, str, date]  # given and family name in small letters, and the birth date


class SheetRefused(ValueError):
    """Says in a sentence what is wrong with the whole file."""


@dataclass(frozen=True)
class Fault:
    """`line` as the spreadsheet counts it, from 1. `column`: its heading."""

    line: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class Preview:
    """`rows`: those that can be imported, as NewPatientForm takes them."""

    rows: list[dict[str, Any]]
    faults: list[Fault]

    @property
    def bad_lines(self) -> int:
        return len({fault.line for fault in self.faults})


class SheetForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("XLSX or CSV, at most 500 runners and 1 MB. The first row holds the headings."),
        widget=forms.ClearableFileInput({"accept": ".csv,.xlsx"}),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not file.name.lower().endswith((".csv", ".xlsx")):
            raise forms.ValidationError(_("Choose a file that ends in .csv or .xlsx."))
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 1 MB. Split it."))
        return file


class ConfirmForm(forms.Form):
    """What the preview showed comes back signed: nobody can slip a row in between."""

    rows = forms.CharField(widget=forms.HiddenInput)
    invite = forms.BooleanField(
        label=_("Send each of them the invitation now"),
        required=False,
        help_text=_("Otherwise invite them later, one by one, from their page."),
    )


def read(name: str, data: bytes) -> list[list[str]]:
    """The rows as text. SheetRefused for a file that cannot or should not be read, within PATIENCE_S."""
    kind = "xlsx" if name.lower().endswith(".xlsx") else "csv"
    command = [sys.executable, "-I", str(CHILD), kind]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=PATIENCE_S, check=False)  # noqa: S603  our own program, no shell
    except subprocess.TimeoutExpired:
        raise SheetRefused("Reading this file took too long. Copy the list into a new sheet.") from None
    try:
        answer = json.loads(done.stdout)
    except ValueError:  # it died of its limits
        raise SheetRefused(
            "This file is too large or too deep to read. Copy the list into a new sheet."
        ) from None
    if "refused" in answer:
        raise SheetRefused(answer["refused"])
    return answer["rows"]


def preview(
    rows: Sequence[Sequence[str]],
    *,
    known: Mapping[str, str],
    born: Mapping[Someone, int],
    time_zone: str,
    today: date,
) -> Preview:
    """`known`: the name of whoever in the clinic has each address; `born`: the number of each person there.

    SheetRefused without the headings.
    """
    if not rows:
        raise SheetRefused("There is nothing in this file.")
    columns = _columns(rows[0])
    good: list[dict[str, Any]] = []
    faults: list[Fault] = []
    first_line: dict[str, int] = {}
    first_of: dict[Someone, int] = {}
    for line, cells in enumerate(rows[1:], start=2):
        if not any(cells):
            continue
        said = {name: cells[place] if place < len(cells) else "" for name, place in columns.items()}
        found = _faults(said, line, time_zone, today)
        email = said["email"].strip().lower()
        if email in first_line:
            found.append(Fault(line, "E-mail address", email, f"Also in line {first_line[email]}."))
        elif email in known:
            found.append(Fault(line, "E-mail address", email, f"{known[email]} already has this address."))
        first_line.setdefault(email, line)
        if not found and (person := _person(said)):
            found += _same_person(person, line, said["birth_date"], first_of, born)
            first_of.setdefault(person, line)
        faults += found
        if not found:
            good.append({**_answers(said), "time_zone": time_zone})
    if not good and not faults:
        raise SheetRefused("There are headings in this file, but no runners.")
    return Preview(good, faults)


def birth_dates(rows: Sequence[Sequence[str]]) -> set[date]:
    """Every cell that reads as a day: who here was born on one of them is to be looked up."""
    days = (_day(cell) for row in rows[1:] for cell in row)
    return {day for day in days if day is not None}


def _person(said: Mapping[str, str]) -> Someone | None:
    """None without a birth date: a name alone is shared by many."""
    born = _day(said["birth_date"])
    return (
        (said["given_name"].strip().casefold(), said["family_name"].strip().casefold(), born)
        if born
        else None
    )


def _same_person(
    person: Someone, line: int, told: str, first_of: Mapping[Someone, int], born: Mapping[Someone, int]
) -> list[Fault]:
    if person in first_of:
        reason = f"Same name and birth date as in line {first_of[person]}."
    elif person in born:
        reason = (
            f"Number {born[person]} has this name and birth date. If it is somebody else, add them by hand."
        )
    else:
        return []
    return [Fault(line, "Date of birth", told, reason)]


def sealed(rows: Sequence[Mapping[str, Any]], *, for_member: str) -> str:
    return signing.dumps(list(rows), salt=f"caseload import {for_member}", compress=True)


def unsealed(text: str, *, for_member: str) -> list[dict[str, Any]]:
    """SheetRefused when it was changed, is somebody else's, or older than an hour."""
    try:
        return list(signing.loads(text, salt=f"caseload import {for_member}", max_age=3600))
    except signing.BadSignature:
        raise SheetRefused("The preview is too old. Choose the file again.") from None


def checked(rows: Sequence[Mapping[str, Any]], *, today: date) -> list[dict[str, Any]]:
    """The rows as values. SheetRefused when one no longer fits."""
    done = []
    for row in rows:
        form = NewPatientForm(row, today=today)
        if not form.is_valid():
            raise SheetRefused("The preview no longer fits. Choose the file again.")
        done.append(form.cleaned_data)
    return done


def _columns(headings: Sequence[str]) -> dict[str, int]:
    said = [heading.strip().lower() for heading in headings]
    columns = {
        name: next(place for place, heading in enumerate(said) if heading in accepted)
        for name, accepted in HEADINGS.items()
        if any(heading in accepted for heading in said)
    }
    missing = [HEADINGS[name][0].capitalize() for name in NEEDED if name not in columns]
    if missing:
        raise SheetRefused(
            f"The first row needs these headings too: {', '.join(missing)}. Start from the template."
        )
    return {name: columns.get(name, len(headings) + 1000) for name in HEADINGS}


def _answers(said: Mapping[str, str]) -> dict[str, Any]:
    return {
        **said,
        "sides": [side.value for side in SIDES.get(said["sides"].strip().lower(), [])],
        "birth_date": _date(said["birth_date"]),
    }


def _date(text: str) -> str:
    """As the form takes it; what is no date stays as it is, for the form to say so."""
    day = _day(text)
    return day.isoformat() if day else text.strip()


def _day(text: str) -> date | None:
    for pattern in DATES:
        try:
            return datetime.strptime(text.strip(), pattern).date()  # noqa: DTZ007  a birthday has no time zone
        except ValueError:
            continue
    return None


def _faults(said: Mapping[str, str], line: int, time_zone: str, today: date) -> list[Fault]:
    faults = [
        Fault(line, HEADINGS[name][0].capitalize(), value, "A formula. Type the value itself.")
        for name, value in said.items()
        if value.startswith("=")
    ]
    if faults:
        return faults
    form = NewPatientForm({**_answers(said), "time_zone": time_zone}, today=today)
    for name, reasons in form.errors.items():
        reason = str(reasons[0])
        if name == "sides":
            reason = "Write left, right or both."
        elif name == "birth_date" and said["birth_date"]:
            reason = f"{reason} Write it as 1984-05-17."
        faults.append(Fault(line, HEADINGS[name][0].capitalize(), said.get(name, ""), reason))
    return faults
