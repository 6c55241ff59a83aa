"""The project: composition, and what every app stands on."""

from physio.celery import app as celery_app

__all__ = ["celery_app"]
