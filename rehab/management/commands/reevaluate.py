"""Evaluates every case that other rules judged last, with a progress bar. The jobs do it by themselves;
this does it at once. Stop it at any moment: the next run goes on. Needs the worker's database role."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from rehab.actions import reevaluation
from rehab.actions.evaluations import Outcome
from rehab.actions.sweep import sweep
from rehab.clinical.evaluate import RULE_VERSION
from rehab.queries import due

WIDTH = 30


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batch", type=int, default=reevaluation.AT_ONCE, help="cases at a time")

    def handle(self, *args: Any, batch: int, **options: Any) -> None:
        left = len(due.outdated(version=RULE_VERSION, now=timezone.now(), wanted=10_000_000))
        total, done = Outcome(), 0
        while done < left:
            now = timezone.now()
            total += sweep(now=now)  # what is due by itself comes first
            if not reevaluation.make_due(now=now, wanted=batch):
                break
            total += sweep(now=now)
            done = left - len(due.outdated(version=RULE_VERSION, now=now, wanted=left))
            self._show(done, left)
        self.stdout.write(
            f"Rules {RULE_VERSION}: {total.evaluated} cases evaluated, {total.raised} flags raised, "
            f"{total.changed} changed, {total.failed} failed."
        )

    def _show(self, done: int, left: int) -> None:
        filled = WIDTH * done // left
        bar = "#" * filled + "." * (WIDTH - filled)
        end = "\r" if self.stderr.isatty() and done < left else "\n"
        self.stderr.write(f"[{bar}] {done} of {left} cases", ending=end)
