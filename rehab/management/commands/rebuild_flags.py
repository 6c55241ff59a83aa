"""Computes the flags of every open case anew from its diary."""

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
        total = Outcome()
        for clinic_id in [clinic] if clinic else every_clinic():
            for outcome in rebuild(clinic_id=clinic_id, now=now, keep=not check):
                total += outcome
        said = (
            f"{total.evaluated} cases, {total.raised} flags raised, {total.changed} changed, "
            f"{total.failed} failed."
        )
        if total.failed or (check and (total.raised or total.changed)):
            raise CommandError(said)
        self.stdout.write(said)
