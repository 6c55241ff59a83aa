"""The running stage: what the next one asks for, and the physio's acts on it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from patients.actions.physio_acts import ActRefused
from physio.web.htmx import page
from physio.web.routes import CLINICAL, access
from rehab.actions import stages
from rehab.clinical.history import StageAct, Track
from rehab.forms.stages import StageForm
from rehab.models import StageChange
from rehab.queries import stage_page
from rehab.queries.case_head import CaseHead
from rehab.queries.stage_page import StagePage
from rehab.views.clinic_case import show_refusal, with_case

_REASONED: dict[str, Callable[..., StageChange]] = {
    StageAct.PROGRESS: stages.progress,
    StageAct.HOLD: stages.hold,
    StageAct.RELEASE_HOLD: stages.release_hold,
    StageAct.WAIVE_HILLS: stages.waive_hills,
}


@access(CLINICAL, "running stage", "change", audit=True)
@require_http_methods(["GET", "HEAD", "POST"])
@with_case
def stage_move(request: Any, *, head: CaseHead, now: datetime) -> HttpResponse:
    where = stage_page.load(head.case_id, now)
    form = StageForm(request.POST if request.method == "POST" else None, stage=where.stage.stage)
    if form.is_valid():
        try:
            change = _act(request, head, where, form.cleaned_data, now)
        except ActRefused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _SAID[StageAct(change.kind)] % {"stage": change.to_stage})
            return redirect("case", case_id=head.case_id)
    status = 422 if form.is_bound else 200
    return page(
        request, "clinic/stage_move.html", {"head": head, "where": where, "form": form}, status=status
    )


_SAID = {
    StageAct.PROGRESS: _("Moved to stage %(stage)s."),
    StageAct.STEP_BACK: _("Stepped back to stage %(stage)s."),
    StageAct.HOLD: _("Held in stage %(stage)s."),
    StageAct.RELEASE_HOLD: _("The hold is released; the case is in stage %(stage)s."),
    StageAct.WAIVE_HILLS: _("Hills are waived; the case is in stage %(stage)s."),
    StageAct.RESUME: _("Running restarts in stage %(stage)s."),
    StageAct.START: _("The track is changed; the case is in stage %(stage)s."),
}


def _act(request: Any, head: CaseHead, where: StagePage, said: dict[str, Any], now: datetime) -> StageChange:
    what: dict[str, Any] = {
        "case": head.case,
        "by": request.membership,
        "now": now,
        "reason": said["reason"],
    }
    if said["act"] == StageAct.STEP_BACK:
        return stages.step_back(**what, to_stage=said["to_stage"])
    if said["act"] == StageAct.RESUME:
        return stages.resume(**what, stage=said["to_stage"])
    if said["act"] == StageAct.START:
        return stages.start(**what, track=Track(where.other_track), stage=said["to_stage"])
    return _REASONED[said["act"]](**what)
