"""How the caseload has done: a page, and the same figures as files. Nobody can be recognised in them."""

from datetime import datetime
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.decorators import reauthentication_required
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from physio.web.htmx import page
from physio.web.routes import CLINICAL, access
from rehab.forms.reports import ReportForm
from rehab.papers import sheets
from rehab.queries import caseload_reports
from rehab.queries.caseload_reports import CaseloadReport

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@access(CLINICAL, "caseload report", "read", audit=True)
@require_safe
def reports(request: Any) -> HttpResponse:
    now = timezone.now()
    form = _form(request, now)
    context = {"form": form, "report": _report(request, form, now)}
    wrong = form.is_bound and not form.is_valid()
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return page(request, "clinic/reports.html", context, status=status)


@access(CLINICAL, "caseload report", "export", audit=True)
@require_safe
@reauthentication_required(app="allauth.mfa")
def reports_csv(request: Any) -> HttpResponse:
    now = timezone.now()
    found = _report(request, _form(request, now), now)
    return _file(sheets.as_csv(found), "text/csv; charset=utf-8", f"caseload-{found.asked.year}.csv")


@access(CLINICAL, "caseload report", "export", audit=True)
@require_safe
@reauthentication_required(app="allauth.mfa")
def reports_xlsx(request: Any) -> HttpResponse:
    now = timezone.now()
    found = _report(request, _form(request, now), now)
    return _file(sheets.as_xlsx(found, now), XLSX, f"caseload-{found.asked.year}.xlsx")


def _form(request: Any, now: datetime) -> ReportForm:
    return ReportForm(request.GET, today=now.astimezone(ZoneInfo(request.membership.clinic.time_zone)).date())


def _report(request: Any, form: ReportForm, now: datetime) -> CaseloadReport:
    return caseload_reports.load(by=request.membership, asked=form.asked, now=now)


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
