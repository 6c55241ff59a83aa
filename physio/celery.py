"""Celery, the engine that acts on due rows in Postgres.

A message is only a nudge: losing one costs a tick, repeating one does nothing (docs/adr).
"""

import logging.config
import os
from threading import Timer
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_shutting_down
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "physio.settings")
# Django's checks of URLs and templates belong to `make check` and `migrate`. Here they would load every page
# into worker and beat: a second and 30 MB each.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")


@setup_logging.connect  # Celery would write its own lines, with the text of errors, which may quote a patient
def _our_logs(**_: Any) -> None:
    logging.config.dictConfig(settings.LOGGING)


GOODBYE_SECONDS = 10.0


@worker_shutting_down.connect  # told to go at once, Celery may wait for its own timer's thread without an end
def _end_for_sure(how: str = "", **_: Any) -> None:
    if how == "Cold":
        last = Timer(GOODBYE_SECONDS, os._exit, [1])
        last.daemon = True
        last.start()


app = Celery("plimsoll")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
