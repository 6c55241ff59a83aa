"""Reads one notice of non-delivery from standard input and records it with the mail it is about.

For the alias of the bounce address: `| python manage.py record_bounce`. Needs the worker's database role.
"""

import email
import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from rehab.actions import bounces, notices

MOST = 1024 * 1024  # bytes; a notice is small, and it comes from a stranger


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        bounce = bounces.read(email.message_from_bytes(sys.stdin.buffer.read(MOST)))
        if bounce is None:
            self.stdout.write(
                "This is no notice of a mail that could not be delivered; nothing was recorded."
            )
            return
        mail = bounces.record(bounce=bounce, now=timezone.now(), undelivered=dict(notices.UNDELIVERED))
        self.stdout.write(f"Mail {mail.id} came back: {bounce.code}." if mail else "We sent no such mail.")
