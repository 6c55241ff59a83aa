"""The pair of keys by which push services know us (VAPID). Once: a new one ends all subscriptions."""

import base64

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def new_pair() -> dict[str, str]:
    """As settings."""
    private = generate_private_key(SECP256R1())
    number = private.private_numbers().private_value.to_bytes(32, "big")
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return {"PLIMSOLL_PUSH_PRIVATE_KEY": _text(number), "PLIMSOLL_PUSH_PUBLIC_KEY": _text(point)}


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
