"""Computes the flags of every open case anew from its diary, and names each that differed."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from rehab.actions.evaluations import Outcome
from rehab.actions.rebuild import rebuild
from rehab.queries.clinics import every_clinic


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--clinic", type=UUID, help="only this clinic")
        parser.add_argument(
            "--check", action="store_true", help="store nothing; fail if any flag would change"
        )

    def handle(self, *args: Any, clinic: UUID | None, check: bool, **options: Any) -> None:
        now = timezone.now()
        total, different = Outcome(), 0
        for clinic_id in [clinic] if clinic else every_clinic():
            for rebuilt in rebuild(clinic_id=clinic_id, now=now, keep=not check):
                total += rebuilt.outcome
                for difference in rebuilt.differences:
                    different += 1
                    self.stdout.write(str(difference))
        said = (
            f"{total.evaluated} cases, {total.raised} flags raised, {total.changed} changed, "
            f"{total.failed} failed; {different} differences."
        )
        if total.failed or (check and different):
            raise CommandError(said)
        self.stdout.write(said)
