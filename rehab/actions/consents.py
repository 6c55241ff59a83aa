"""A runner agrees to the diary, takes it back, or agrees again.

Taking it back holds everything at once and erases nothing. Agreeing again opens the diary and nothing else:
whether and where running goes on is the physio's act (`stages.resume`).
"""

import logging
from datetime import datetime
from uuid import uuid5

from django.db import transaction

from patients import emails
from patients.actions import consents, outbox
from patients.models import Case, Consent, ConsentKind, Membership
from rehab.actions import evaluations, stages
from rehab.queries import telling

log = logging.getLogger(__name__)

WITHDRAWN = "Consent withdrawn; running waits until it is resumed."


@transaction.atomic
def give(*, membership: Membership, now: datetime) -> Consent | None:
    """None when it was given before. The clinic hears of it when it had been taken back."""
    given = consents.write(kind=ConsentKind.GIVEN, membership=membership, now=now)
    if given is not None and _was_withdrawn(given):
        _tell(given, _open_case(membership), now)
    return given


@transaction.atomic
def withdraw(*, membership: Membership, now: datetime) -> Consent | None:
    """None when there is none to take back. Running is paused, the case marked, the clinic told."""
    case = _open_case(membership)
    if case is not None:
        Case.objects.locked().get(pk=case.pk)
    withdrawn = consents.write(kind=ConsentKind.WITHDRAWN, membership=membership, now=now)
    if withdrawn is None:
        return None
    if case is not None:
        _pause(case, membership, now)
    _tell(withdrawn, case, now)
    return withdrawn


def _was_withdrawn(given: Consent) -> bool:
    return Consent.objects.filter(patient_id=given.patient_id, kind=ConsentKind.WITHDRAWN).exists()


def _open_case(membership: Membership) -> Case | None:
    return Case.objects.open().filter(patient=membership.patient).select_related("clinician").first()


def _pause(case: Case, by: Membership, now: datetime) -> None:
    """A case that the rules fail on is paused all the same, from what is stored."""
    try:
        with transaction.atomic():
            stages.pause_running(case=case, by=by, now=now, reason=WITHDRAWN)
    except Exception:
        log.exception("case could not be assessed at a withdrawal", extra={"case_id": str(case.pk)})
        stages.pause_as_stored(case=case, by=by, now=now, reason=WITHDRAWN)


def _tell(consent: Consent, case: Case | None, now: datetime) -> None:
    """On the worklist in this transaction, and by a mail that says only that something changed."""
    if case is not None:
        Case.objects.filter(pk=case.pk).update(evaluation_due_at=now)
        evaluations.evaluate_all(case_ids=[case.pk], now=now)
    patient = consent.patient
    mail = emails.consent_changed(number=patient.number)
    for to in telling.listeners(case) if case is not None else [patient.responsible]:
        about = uuid5(consent.pk, str(to.pk))
        outbox.post(mail=mail, to=to, address=to.user.email, kind="CONSENT_CHANGED", about=about, now=now)
