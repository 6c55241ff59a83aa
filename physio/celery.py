"""Celery, the engine that acts on due rows in Postgres.

A message is only a nudge: losing one costs a tick, repeating one does nothing (docs/adr).
"""

import logging.config
import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "physio.settings")


@setup_logging.connect  # Celery would write its own lines, with the text of errors, which may quote a patient
def _our_logs(**_: Any) -> None:
    logging.config.dictConfig(settings.LOGGING)


app = Celery("plimsoll")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
