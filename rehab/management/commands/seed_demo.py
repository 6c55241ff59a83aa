"""Makes the demo clinic, once: invented staff and runners whose weeks are lived through the real actions.

The runners that show each kind of flag come first; `--rest` goes on with the others, and may be interrupted.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import datetime
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

import django
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils import timezone

if TYPE_CHECKING:
    from rehab.management.demo.clinic import Guest


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--runners", type=int, help="150 unless told")
        parser.add_argument(
            "--rest", action="store_true", help="go on with the runners who are still to come"
        )
        parser.add_argument("--jobs", type=int, default=2, help="processes")

    def handle(self, *args: Any, **options: Any) -> None:
        from rehab.management.demo import clinic, kinds

        if not settings.DEVELOPMENT:
            raise CommandError("The demo clinic has a known password, so it is for development only.")
        now = timezone.now()
        if options["rest"]:
            self._live(clinic.waiting(), now, options["jobs"])
            return
        if clinic.exists():
            raise CommandError("The demo clinic is there already. Delete the data directory to make it anew.")
        clinic.open_clinic(runners=options["runners"] or clinic.RUNNERS, now=now)
        guests = clinic.waiting()
        first = [guests[place] for place in kinds.FIRST if place < len(guests)]
        self._live(first, now, options["jobs"])
        self.stdout.write(
            f"Sign in as the physio: {clinic.STAFF[0][0]}, password {clinic.PASSWORD}\n"
            f"  the code of the second factor: {settings.BASE_URL}/dev/totp/\n"
            f"as a runner: {clinic.runner_to_try()}\n"
            f"  the code comes by mail: {settings.BASE_URL}/dev/mail/"
        )

    def _live(self, guests: list[Guest], now: datetime, jobs: int) -> None:
        entries = 0
        for done, stored in enumerate(_lived(guests, now, jobs), start=1):
            entries += stored
            if done % 6 == 0 or done == len(guests):
                self.stdout.write(f"  {done} of {len(guests)} runners, {entries} entries")
                self.stdout.flush()


def _lived(guests: list[Guest], now: datetime, jobs: int) -> Iterator[int]:
    connections.close_all()
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=django.setup) as pool:
        lives = [pool.submit(_live_one, guest, now) for guest in guests]
        for life in as_completed(lives):
            yield life.result()


def _live_one(guest: Guest, now: datetime) -> int:
    from rehab.management.demo import clinic

    return clinic.live_through(guest, now)
