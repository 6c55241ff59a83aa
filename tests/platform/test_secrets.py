"""In production the start refuses a secret that is missing or weak, with a sentence that says what to do."""

import os
import secrets
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from physio.embedded.cluster import PROJECT
from physio.env import Environment

GOOD = secrets.token_urlsafe(64)


@pytest.mark.parametrize(
    "weak",
    ["secret", "x" * 80, "abcabcabc" * 9, GOOD[:49]],
    ids=["a word", "one letter", "three letters", "49 characters"],
)
def test_a_weak_secret_is_refused(weak: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="too weak"):
        Environment({"KEY": weak}).secret("KEY", development=None)


def test_a_long_random_one_is_taken_also_from_a_file(tmp_path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{GOOD}\n")
    assert Environment({"KEY": GOOD}).secret("KEY", development=None) == GOOD
    assert Environment({"KEY_FILE": str(file)}).secret("KEY", development=None) == GOOD


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "Set PLIMSOLL_SECRET_KEY"),
        ({"PLIMSOLL_SECRET_KEY": "development-only"}, "PLIMSOLL_SECRET_KEY is too weak"),
        ({"PLIMSOLL_SECRET_KEY": GOOD}, "Set PLIMSOLL_BASE_URL"),
        ({"PLIMSOLL_SECRET_KEY": GOOD, "PLIMSOLL_BASE_URL": "https://a.example"}, "Set DATABASE_URL"),
        ({"PLIMSOLL_SECRET_KEY_FILE": "/nowhere/key"}, "cannot be read"),
    ],
)
def test_production_does_not_start(given: dict[str, str], sentence: str) -> None:
    env = {
        name: value for name, value in os.environ.items() if not name.startswith(("PLIMSOLL_", "DATABASE_"))
    }
    done = subprocess.run(
        [sys.executable, "-c", "import physio.settings"],
        env={**env, **given},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert sentence in done.stderr
