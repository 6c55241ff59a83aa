"""After a restored backup: erases again whoever was erased since, and notes that the audit goes on from here.

`manage.py restore` runs it by itself. As the owner. Tombstones and anchors are read from the ledger
(PLIMSOLL_LEDGER); --erasures names a copy of its file instead. Running it again erases nothing more.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from patients.actions import audit, erasure
from patients.queries import erasures


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--erasures", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        file = options["erasures"] or (erasures.tombstone_file() if settings.LEDGER else None)
        if file is None:
            raise CommandError(
                "Nobody can say who was erased since this backup: set PLIMSOLL_LEDGER, or name a copy of "
                "erasures.jsonl with --erasures. Let nobody in before."
            )
        try:
            known = list(erasures.tombstones(file))
        except ValueError as unreadable:
            raise CommandError(str(unreadable)) from unreadable
        if settings.LEDGER:
            audit.note_restore(now=timezone.now())  # before anything is sealed anew
        again = sum(erasure.replay(tombstone) for tombstone in known)
        self.stdout.write(f"{file}: {len(known)} erasures known, {again} carried out again.")
