"""Passwords that are guessed first are refused, without asking anybody outside."""

import os
import secrets
import subprocess
import sys

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from patients.models import User
from physio.embedded.cluster import PROJECT

ROBIN = User(email="robin.quay@harbour.example")


@pytest.mark.parametrize(
    "weak",
    [
        "short",
        "passwordpassword",
        "1q2w3e4r5t6y",  # on the list of the leaked
        "Physio2026!!!!",
        "plimsoll-1234",
        "Achilles.Tendon.1",
        "robin.quay.1984",
        "Harbour123456",
    ],
)
def test_a_password_that_is_guessed_first_is_refused(weak: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(weak, ROBIN)


@pytest.mark.parametrize(
    "good",
    [
        "correct horse battery staple",
        "runner over the wet bridge",
        "zzzzkvlprwqx",
        "x" * 30 + secrets.token_hex(20),
    ],
    ids=["words", "more words", "twelve letters", "long"],
)
def test_any_other_is_taken_whatever_it_is_made_of(good: str) -> None:
    validate_password(good, ROBIN)


def test_in_production_the_cookies_belong_to_this_host_and_to_no_script() -> None:
    told = {
        "PLIMSOLL_ENV": "production",
        "PLIMSOLL_SECRET_KEY": secrets.token_urlsafe(64),
        "PLIMSOLL_BASE_URL": "https://plimsoll.example",
        "DATABASE_URL": "postgresql://plimsoll_app@localhost/plimsoll",
    }
    asked = [
        f"{cookie}_COOKIE_{what}" for cookie in ("SESSION", "CSRF") for what in ("NAME", "SECURE", "HTTPONLY")
    ]
    code = f"from physio import settings as s; print(*[getattr(s, name) for name in {asked}])"
    env = {**os.environ, **told}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["__Host-sessionid", "True", "True", "__Host-csrftoken", "True", "True"]
