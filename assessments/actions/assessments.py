"""Records what a physio found: the screen, each tendon with what it suggested and what was decided."""

import json
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from assessments.actions.entry import AssessmentEntry, ScreenEntry, TendonEntry
from assessments.clinical.classification import classify
from assessments.clinical.clinic_screen import screen_in_clinic
from assessments.clinical.findings import Finding
from assessments.clinical.history import Exposure, SafetyHistory
from assessments.clinical.instruments import Instrument, Score, tendins_a, visa_a
from assessments.clinical.red_flags import Screening
from assessments.clinical.sides import Side
from assessments.models import Assessment, AssessmentKind, OutcomeScore, ScoreSource, TendonFinding
from patients.actions.again import row_of
from patients.actions.physio_acts import ActRefused, held
from patients.models import Case, Membership, Tendon


def screening_of(entry: ScreenEntry, *, birth_date: date | None, on: date) -> Screening:
    """What the answers lead to. ValueError for a day after `on`."""
    history = SafetyHistory(
        birth_date=birth_date,
        fluoroquinolone=entry.fluoroquinolone,
        injection_near_tendon=entry.injection_near_tendon,
        oral_steroid=entry.oral_steroid,
        rupture_or_repair=entry.rupture_or_repair,
        sudden_onset=entry.sudden_onset,
        calf_squeeze_abnormal=entry.answers.get(Finding.CALF_SQUEEZE_ABNORMAL),
    )
    return screen_in_clinic(entry.answers, history, on)


@transaction.atomic
def record(*, case: Case, entry: AssessmentEntry, by: Membership, now: datetime) -> Assessment:
    """The assessment as stored; the one already there when the same entry comes again with the same answers.

    ActRefused with a sentence when the case is closed, nothing is filled in, a leg is missing or a decision
    lacks its reason.
    """
    case = held(case, by)
    tendons = {Side(one.side): one for one in Tendon.objects.filter(case=case).order_by("side", "id")}
    if {one.side for one in entry.tendons} != set(tendons):
        raise ActRefused("Record each affected leg of this case, and no other.")
    if entry.is_blank:
        raise ActRefused("Nothing is filled in yet. Answer the safety screen, or record what you found.")
    person = case.patient.person
    on = now.astimezone(ZoneInfo(case.patient.time_zone)).date()
    screening = screening_of(entry.screen, birth_date=person.birth_date if person else None, on=on)
    said = json.dumps([_facts(entry, screening), entry.note, _legs_of(entry)], sort_keys=True)
    id, known = row_of(Assessment.objects.for_case(case.pk), entry.id, said, _said_in)
    if known is not None:
        return known
    row = {"clinic_id": case.clinic_id, "patient_id": case.patient_id, "case_id": case.pk}
    before = Assessment.objects.for_case(case.pk).exists()
    assessment = Assessment.objects.create(
        **row,
        id=id,
        assessed_at=now,
        by=by,
        kind=AssessmentKind.REVIEW if before else AssessmentKind.INITIAL,
        red_flags=[finding.value for finding in screening.findings if finding.pathway.is_red_flag],
        pathway=screening.pathway.value,
        facts=_facts(entry, screening),
        note=entry.note,
    )
    for one in entry.tendons:
        _store_tendon(assessment, tendons[one.side], one, row, on)
    Case.objects.filter(pk=case.pk).update(evaluation_due_at=now)
    return assessment


def _store_tendon(
    assessment: Assessment, tendon: Tendon, said: TendonEntry, row: dict[str, Any], on: date
) -> None:
    suggestion = classify(said.palpation)
    decided = said.decided_type or suggestion.type
    reason = said.override_reason.strip()
    if decided is not suggestion.type and not reason:
        raise ActRefused(
            f"The findings suggest {suggestion.type.label.lower()}. Write down why you decide otherwise.",
            f"{said.side.label}-override_reason",
        )
    TendonFinding.objects.create(
        **row,
        assessment=assessment,
        tendon=tendon,
        tender_cm=said.tender_cm,
        second_tender_cm=said.second_tender_cm,
        thickening=said.thickening,
        stretch_pain=said.stretch_pain,
        usual_pain=said.usual_pain,
        worst_pain=said.worst_pain,
        suggested_type=suggestion.type.value,
        confidence=suggestion.confidence.value,
        suggested_protocol=suggestion.protocol and suggestion.protocol.value,
        decided_type=decided.value,
        override_reason=reason,
    )
    for instrument, value in _scores(said).items():
        OutcomeScore.objects.create(
            **row,
            tendon=tendon,
            instrument=instrument.value,
            value=value,
            taken_on=on,
            recorded_by=assessment.by,
            source=ScoreSource.CLINIC,
        )


Legs = dict[str, list[Any]]


def _legs_of(entry: AssessmentEntry) -> Legs:
    return {
        one.side.value: [
            *map(_number, (one.tender_cm, one.second_tender_cm)), one.thickening, one.stretch_pain,
            one.usual_pain, one.worst_pain, (one.decided_type or classify(one.palpation).type).value,
            one.override_reason.strip(), {name.value: _number(value) for name, value in _scores(one).items()},
        ]
        for one in entry.tendons
    }  # fmt: skip


def _said_in(stored: Assessment) -> str:
    return json.dumps([stored.facts, stored.note, _legs_in(stored)], sort_keys=True)


def _legs_in(stored: Assessment) -> Legs:
    """The same of what is stored; scores as the physio who examined has recorded them on that day."""
    on = stored.assessed_at.astimezone(ZoneInfo(stored.case.patient.time_zone)).date()
    scores = OutcomeScore.objects.for_case(stored.case_id).filter(
        source=ScoreSource.CLINIC, recorded_by=stored.by_id, taken_on=on
    )
    taken: dict[UUID | None, dict[str, float | None]] = {}
    for score in scores.order_by("id"):
        taken.setdefault(score.tendon_id, {})[score.instrument] = _number(score.value)
    found = TendonFinding.objects.filter(assessment=stored).select_related("tendon").order_by("id")
    return {
        one.tendon.side: [
            *map(_number, (one.tender_cm, one.second_tender_cm)), one.thickening, one.stretch_pain,
            one.usual_pain, one.worst_pain, one.decided_type, one.override_reason,
            taken.get(one.tendon_id, {}),
        ]
        for one in found
    }  # fmt: skip


def _number(value: Any) -> float | None:
    return None if value is None else round(float(value), 2)


def _scores(said: TendonEntry) -> dict[Instrument, float]:
    """Only what was measured: a blank is no score."""
    asked: tuple[Score, ...] = (visa_a(said.visa_a), tendins_a(said.tendins_a))
    found = {one.instrument: one.value for one in asked if one.value is not None}
    if said.heel_rises is not None:
        found[Instrument.HEEL_RISE] = float(said.heel_rises)
    return found


def _facts(entry: AssessmentEntry, screening: Screening) -> dict[str, Any]:
    """All that was answered, so that the screen can be read again as it was: yes, no, and not asked."""
    said = entry.screen
    return {
        "answers": {finding.value: answer for finding, answer in said.answers.items()},
        "other_findings": [one.value for one in screening.findings if not one.pathway.is_red_flag],
        "not_asked": [one.value for one in screening.missing],
        "fluoroquinolone": _exposure(said.fluoroquinolone),
        "injection_near_tendon": _exposure(said.injection_near_tendon),
        "oral_steroid": _exposure(said.oral_steroid),
        "rupture_or_repair": _exposure(said.rupture_or_repair),
        "sudden_onset": said.sudden_onset,
        "triggers": sorted(trigger.value for trigger in entry.triggers),
        "reference_week_minutes": entry.reference_week_minutes,
        "pre_injury_week_m": entry.pre_injury_week_m,
    }


def _exposure(exposure: Exposure) -> dict[str, Any]:
    said = asdict(exposure)
    return {**said, "last_day": exposure.last_day and exposure.last_day.isoformat()}
