"""Sets what new plans of a clinic start from. No plan that is there changes: each has its own thresholds."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from patients.actions.physio_acts import ActRefused
from patients.models import Clinic, Membership, Role
from rehab.actions.plans import ThresholdChange, threshold_rows
from rehab.models import ClinicDefaults
from rehab.queries import defaults


@transaction.atomic
def choose(*, changes: Mapping[str, ThresholdChange], by: Membership, now: datetime) -> ClinicDefaults | None:
    """A new version; None when nothing differs. What stands keeps its author and its day.

    ActRefused outside the safe bounds, without a reason, and for whoever is no owner of the clinic.
    """
    if by.role != Role.OWNER or not by.is_active:
        raise ActRefused("Only an owner of the clinic may change what new plans start from.")
    Clinic.objects.select_for_update(no_key=True).get(pk=by.clinic_id)  # one at a time
    stands = defaults.in_force()
    rows = threshold_rows(changes, stands, by, now)
    if rows == stands:
        return None
    return ClinicDefaults.objects.create(clinic_id=by.clinic_id, thresholds=rows, by=by, at=now)
