"""Bringing a caseload along: file, preview, and only then the runners themselves."""

from datetime import datetime
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patients.actions import imports
from patients.forms import sheet
from patients.forms.sheet import ConfirmForm, SheetForm, SheetRefused
from patients.queries import addresses
from physio.web.routes import CLINICAL, access


@access(CLINICAL, "caseload", "import", audit=True)
@require_http_methods(["GET", "HEAD", "POST"])
def caseload_import(request: Any) -> HttpResponse:
    """The file, and what would be imported from it. Nothing is stored here."""
    if request.method != "POST":
        return render(request, "patients/import.html", {"form": SheetForm()})
    form = SheetForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            shown = _preview(request, form.cleaned_data["file"])
        except SheetRefused as refused:
            form.add_error("file", str(refused))
        else:
            sealed = sheet.sealed(shown.rows, for_member=str(request.membership.pk))
            confirm = ConfirmForm(initial={"rows": sealed})
            return render(request, "patients/import_preview.html", {"shown": shown, "form": confirm})
    return render(request, "patients/import.html", {"form": form}, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@access(CLINICAL, "caseload", "import", audit=True)
@require_POST
def caseload_import_confirm(request: Any) -> HttpResponse:
    now, form = timezone.now(), ConfirmForm(request.POST)
    try:
        if not form.is_valid():
            raise SheetRefused("The preview is too old. Choose the file again.")
        rows = sheet.unsealed(form.cleaned_data["rows"], for_member=str(request.membership.pk))
        added = imports.add_all(
            rows=sheet.checked(rows, today=_today(request, now)),
            invite=form.cleaned_data["invite"],
            by=request.membership,
            now=now,
        )
    except (SheetRefused, imports.ImportRefused) as refused:
        messages.error(request, str(refused))
        return redirect("caseload_import")
    said = ngettext("%(n)s runner added.", "%(n)s runners added.", len(added)) % {"n": len(added)}
    messages.success(request, said)
    return redirect("caseload")


@access(CLINICAL, "caseload", "template")
@require_safe
def caseload_import_template(request: Any) -> HttpResponse:
    headers = {"Content-Disposition": 'attachment; filename="runners.csv"'}
    return HttpResponse("\ufeff" + sheet.TEMPLATE, content_type="text/csv; charset=utf-8", headers=headers)


def _preview(request: Any, file: Any) -> sheet.Preview:
    rows = sheet.read(file.name, file.read())
    return sheet.preview(
        rows,
        known=addresses.known({cell.strip().lower() for row in rows for cell in row if "@" in cell}),
        born=addresses.born(sheet.birth_dates(rows)),
        time_zone=request.membership.clinic.time_zone,
        today=_today(request, timezone.now()),
    )


def _today(request: Any, now: datetime) -> Any:
    return now.astimezone(ZoneInfo(request.membership.clinic.time_zone)).date()
