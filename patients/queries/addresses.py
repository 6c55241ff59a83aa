"""Who in the clinic has which e-mail address, or which name and birth date."""

from collections.abc import Collection
from datetime import date

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


def born(days: Collection[date]) -> dict[tuple[str, str, date], int]:
    """(given name, family name, birth date) -> number, of those born on one of the days. One query.

    The names in small letters.
    """
    found = Patient.objects.known().filter(person__birth_date__in=days).order_by("-number", "-id")
    return {
        (given.casefold(), family.casefold(), birth_date): number
        for given, family, birth_date, number in found.values_list(
            "person__given_name", "person__family_name", "person__birth_date", "number"
        )
        if birth_date
    }
