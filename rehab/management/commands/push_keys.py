"""Prints new keys by which push services know us. Once: new ones end all subscriptions."""

from typing import Any

from django.core.management.base import BaseCommand

from physio.web.push_keys import new_pair


class Command(BaseCommand):
    help = "Print a new pair of keys for web push (VAPID), as settings."

    def handle(self, **options: Any) -> None:
        for name, key in new_pair().items():
            self.stdout.write(f"{name}={key}")
