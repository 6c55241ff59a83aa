"""What only a physio of the clinic may do to a case: the guard of every such act."""

from patients.models import Case, CaseStatus, Membership, Role

PHYSIOS = frozenset({Role.OWNER, Role.CLINICIAN})


class ActRefused(ValueError):
    """The act cannot be done now. `field` names the answer to mend, `str()` is a sentence for the physio."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


def held(case: Case, by: Membership) -> Case:
    """The case as it is now, locked until the transaction ends, so that acts come one after the other.

    Case.DoesNotExist for whoever is no physio of its clinic; ActRefused when it is closed.
    """
    if by.clinic_id != case.clinic_id or by.role not in PHYSIOS:
        raise Case.DoesNotExist
    now_held = Case.objects.locked().select_related("patient__person").get(pk=case.pk)
    if now_held.status == CaseStatus.CLOSED:
        raise ActRefused("This case is closed. Open a new case to go on.")
    return now_held
