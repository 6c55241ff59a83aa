"""Is every entry of the logs of who looked and who changed as it was sealed? Names the first that is not.

Also held against the anchors that the job left outside the database: in the ledger (PLIMSOLL_LEDGER), or in
copies of its file given with --anchors. Any of the product's roles may run it; it changes nothing.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from patients.queries import audit


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--anchors", type=Path, action="append", metavar="FILE")
        parser.add_argument("--newest", type=int, help="look at this many entries of each log only")

    def handle(self, *args: Any, anchors: list[Path] | None, newest: int | None, **options: Any) -> None:
        files = anchors or ([audit.anchor_file()] if settings.LEDGER else [])
        found = audit.faults(newest=newest)
        for file in files:
            if not file.exists():
                raise CommandError(f"There is no file {file}: nothing outside the database was compared.")
            try:
                tried, different = audit.unanchored(file)
            except ValueError as unreadable:
                raise CommandError(str(unreadable)) from unreadable
            self.stdout.write(f"{file}: {tried} anchors compared.")
            found += different
        if not files:
            self.stdout.write("No anchors were compared: a chain that was computed anew would pass.")
        for head in audit.heads():
            self.stdout.write(
                f"{head.chain} ({audit.CHAINS[head.chain]}): {head.place} sealed, {head.waiting} wait."
            )
        if first := audit.first_faults(*found):
            raise CommandError("Not as sealed:\n" + "\n".join(str(fault) for fault in first))
        self.stdout.write("All as sealed.")
