"""Structured logs without patient data: one JSON object a line, from an allow-list of keys.

A message's arguments and an exception's own text may hold what a patient said (a database error quotes
the row), so neither is written; the event, the ids and the place in the code are.
"""

import json
import logging
import traceback
from datetime import UTC, datetime

KEYS = (
    "clinic_id",
    "case_id",
    "flag_id",
    "mail_id",
    "membership_id",
    "user_id",
    "route",
    "method",
    "status_code",
    "task_id",
    "attempts",
    "count",
    "milliseconds",
    "chain",
    "place",
    "seal",
)


class IdsOnly(logging.Formatter):
    """Keeps the keys of `KEYS`, and a message without its arguments."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": record.msg if isinstance(record.msg, str) else type(record.msg).__name__,
        }
        told |= {key: str(getattr(record, key)) for key in KEYS if hasattr(record, key)}
        told |= _task(getattr(record, "data", None))
        request = getattr(record, "request", None)
        match = getattr(request, "resolver_match", None)
        if match is not None:
            told["route"], told["method"] = match.view_name, getattr(request, "method", "")
        if record.exc_info and record.exc_info[0] is not None:
            told["error"] = record.exc_info[0].__name__
            told["places"] = places(record.exc_info[2])
        return json.dumps(told, ensure_ascii=False)


def _task(data: object) -> dict[str, str]:
    """What Celery says of a task: its name and id, never what it was given or gave back."""
    if not isinstance(data, dict):
        return {}
    return {key: str(data[name]) for key, name in (("task", "name"), ("task_id", "id")) if data.get(name)}


def places(trace: object, *, keep: int = 12) -> list[str]:
    """Where it happened, innermost last: "rehab/queries/case_page.py:88 page"."""
    frames = traceback.extract_tb(trace)  # type: ignore[arg-type]
    return [
        f"{'/'.join(frame.filename.split('/')[-3:])}:{frame.lineno} {frame.name}" for frame in frames[-keep:]
    ]
