"""Evaluates the cases that are due, once, as the Celery tick does. Needs the worker's database role."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from rehab.actions.sweep import sweep


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        outcome = sweep(now=timezone.now())
        self.stdout.write(
            f"{outcome.evaluated} cases, {outcome.raised} flags raised, {outcome.changed} changed, "
            f"{outcome.failed} failed."
        )
