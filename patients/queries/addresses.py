"""Who in the clinic has which e-mail address."""

from django.db.models.functions import Lower

from patients.models import Patient


def known(addresses: set[str]) -> dict[str, str]:
    """Address -> name, of the addresses that somebody here has. One query."""
    found = Patient.objects.known().annotate(address=Lower("person__email")).filter(address__in=addresses)
    return {
        address: f"{given} {family} (number {number})"
        for address, given, family, number in found.order_by("number", "id").values_list(
            "address", "person__given_name", "person__family_name", "number"
        )
    }
