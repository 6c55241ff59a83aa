"""Guessing is limited across processes: they count in one table."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import factories
from tests.cluster import this_clone

pytestmark = pytest.mark.django_db(transaction=True)
TRY = """
import django; django.setup()
from django.test import Client
ask = Client(headers={"host": "localhost"}).post
answers = [ask("/sign-in/", {"login": "%s", "password": "wrong wrong wrong"}) for _ in range(4)]
assert {answer.status_code for answer in answers} == {422}
print(sum("do not belong together" in answer.text for answer in answers))
"""


def looked_at(address: str, **env: str) -> int:
    """How many of eight wrong passwords, four from each of two processes at once, were looked at."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", TRY % address],
            env={**os.environ, "DATABASE_URL": this_clone().app_url, **env},
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    return sum(int(process.communicate(timeout=120)[0]) for process in processes)


@pytest.mark.check("S25")
def test_two_processes_share_one_limit(tried):
    user = factories.make_user()
    looked = looked_at(user.email)
    tried("S25", processes=2, wrong_passwords=8, looked_at=looked)
    assert looked == 5


@pytest.mark.twin("S25")
def test_the_twin_with_a_store_of_its_own_in_each_process_lets_all_through(tmp_path):
    (tmp_path / "alone.py").write_text(
        "from physio.settings import *\n"
        'CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}\n'
    )
    user = factories.make_user()
    path = os.pathsep.join([str(tmp_path), str(Path.cwd())])
    assert looked_at(user.email, DJANGO_SETTINGS_MODULE="alone", PYTHONPATH=path) == 8
