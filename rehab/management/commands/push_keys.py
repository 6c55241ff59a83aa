"""Makes the keys by which push services know us. Once: new ones end all subscriptions."""

import base64
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.management.base import BaseCommand
from py_vapid import Vapid02


class Command(BaseCommand):
    help = "Print a new pair of keys for web push (VAPID), as settings."

    def handle(self, **options: Any) -> None:
        made = Vapid02()
        made.generate_keys()
        number = made.private_key.private_numbers().private_value.to_bytes(32, "big")
        point = made.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        for name, raw in (("PRIVATE", number), ("PUBLIC", point)):
            text = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
            self.stdout.write(f"PLIMSOLL_PUSH_{name}_KEY={text}")
