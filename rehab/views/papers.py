"""What leaves the clinic on paper: the summary for a colleague, the runner's plan, both as PDF too."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from physio.web.htmx import page
from physio.web.routes import CLINICAL, access
from rehab import papers
from rehab.forms.papers import CommentForm
from rehab.queries import case_summary as summaries
from rehab.queries import plan_print
from rehab.queries.case_head import CaseHead
from rehab.views.clinic_case import with_case


@access(CLINICAL, "summary", "read", audit=True)
@require_safe
@with_case
def case_summary(request: Any, *, head: CaseHead, now: datetime) -> HttpResponse:
    context = {"head": head, "summary": summaries.load(head, now), "form": CommentForm()}
    return page(request, "clinic/case_summary.html", context)


@access(CLINICAL, "summary", "read", audit=True)
@require_http_methods(["GET", "HEAD", "POST"])
@with_case
def summary_pdf(request: Any, *, head: CaseHead, now: datetime) -> HttpResponse:
    """A POST adds a few words to the reader; they are set on the page and kept nowhere."""
    form = CommentForm(request.POST if request.method == "POST" else None)
    summary = summaries.load(head, now)
    if form.is_bound and not form.is_valid():
        context = {"head": head, "summary": summary, "form": form}
        return page(request, "clinic/case_summary.html", context, status=422)
    comment = form.cleaned_data["comment"] if form.is_bound else ""
    return _pdf(papers.summary_pdf(summary, comment, now), f"summary-{head.number}.pdf")


@access(CLINICAL, "plan", "read", audit=True)
@require_safe
@with_case
def plan_pdf(request: Any, *, head: CaseHead, now: datetime) -> HttpResponse:
    made = papers.plan_pdf(plan_print.load(head, now), name=head.name, clinic=head.clinic, now=now)
    return _pdf(made, f"plan-{head.number}.pdf")


def _pdf(made: bytes, name: str) -> HttpResponse:
    """The file's name carries the patient's number, never a name."""
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
