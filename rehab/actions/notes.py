"""Notes on a case, and the drafts of them: what was typed is kept before it is finished."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from patients.actions.again import row_of
from patients.actions.physio_acts import PHYSIOS, ActRefused
from patients.models import Case, Membership
from rehab.models import CaseNote, NoteDraft
from rehab.models.note import LONGEST_NOTE


@transaction.atomic
def write(
    *,
    case: Case,
    id: UUID,
    text: str,
    by: Membership,
    now: datetime,
    corrects: UUID | None = None,
    keeps_draft: bool = False,
) -> CaseNote:
    """The note; the one already there when the same form comes again with the same words.

    A closed case takes notes too.

    `keeps_draft`: the note was written by another act, so what the physio is typing stays.
    """
    _check(case, by)
    id, known = row_of(CaseNote.objects.for_case(case.pk), id, text.strip(), lambda row: row.text)
    if known is not None:
        return known
    if not text.strip():
        raise ActRefused("Write the note before you save it.", "text")
    if corrects is not None and not CaseNote.objects.for_case(case.pk).filter(pk=corrects).exists():
        raise ActRefused("The note to set right is not there.", "corrects")
    note = CaseNote.objects.create(
        **_row(case), id=id, at=now, by=by, text=text.strip(), corrects_id=corrects
    )
    if not keeps_draft:
        NoteDraft.objects.for_case(case.pk).filter(author=by).delete()
    return note


@transaction.atomic
def keep_draft(*, case: Case, id: UUID, text: str, by: Membership, now: datetime) -> NoteDraft | None:
    """The draft as kept; None when there is nothing to keep, or its note has been saved meanwhile."""
    _check(case, by)
    mine = NoteDraft.objects.for_case(case.pk).filter(author=by)
    if CaseNote.objects.for_case(case.pk).filter(pk=id).exists():
        return None
    if not text.strip():
        mine.delete()
        return None
    kept, _new = mine.update_or_create(
        author=by,
        case_id=case.pk,
        defaults={"text": text[:LONGEST_NOTE], "saved_at": now},
        create_defaults={**_row(case), "author": by, "text": text[:LONGEST_NOTE], "saved_at": now},
    )
    return kept


def _row(case: Case) -> dict[str, UUID]:
    return {"clinic_id": case.clinic_id, "patient_id": case.patient_id, "case_id": case.pk}


def _check(case: Case, by: Membership) -> None:
    if by.clinic_id != case.clinic_id or by.role not in PHYSIOS:
        raise Case.DoesNotExist
