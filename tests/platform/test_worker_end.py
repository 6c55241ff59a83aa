"""A worker that was told to go at once is gone, whatever else in its process would wait."""

import subprocess
import sys

import pytest

SECONDS = 6

HANGS = """
import threading, time
from celery.signals import worker_shutting_down
from physio import celery
celery.GOODBYE_SECONDS = 0.1
threading.Thread(target=time.sleep, args=(20,)).start()  # as Celery's own timer thread may
worker_shutting_down.send(sender="worker", sig="SIGQUIT", how={how!r}, exitcode=0)
"""


def ended(how: str) -> int:
    program = [sys.executable, "-c", HANGS.format(how=how)]
    return subprocess.run(program, timeout=SECONDS, check=False).returncode


def test_a_worker_told_to_go_at_once_does_not_wait_for_a_thread() -> None:
    assert ended("Cold") == 1


def test_a_worker_told_to_finish_its_work_waits() -> None:
    """The twin: without the last word it would hang on."""
    with pytest.raises(subprocess.TimeoutExpired):
        ended("Warm")
