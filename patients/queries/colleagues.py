"""The physios of the clinic."""

from uuid import UUID

from patients.models import Membership


def physios(clinic_id: UUID) -> list[tuple[str, str]]:
    """(id, name) of each who is active, by name. A membership is outside the clinic's row security."""
    found = Membership.objects.active().clinicians().filter(clinic_id=clinic_id)
    return [
        (str(pk), name) for pk, name in found.order_by("display_name", "id").values_list("pk", "display_name")
    ]


def physio(clinic_id: UUID, membership_id: UUID) -> Membership:
    """Membership.DoesNotExist for anybody else."""
    return Membership.objects.active().clinicians().get(clinic_id=clinic_id, pk=membership_id)
