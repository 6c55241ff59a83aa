"""Celery, the engine that acts on due rows in Postgres.

A message is only a nudge: losing one costs a tick, repeating one does nothing (docs/adr).
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "physio.settings")

app = Celery("plimsoll")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
