"""Logs carry ids and places, never what a patient said."""

import json
import logging
import sys
from collections.abc import Callable

import pytest

from physio.web.logs import IdsOnly

SECRET = "Marta Kowalczyk, pain 9"


def _line(**extra: object) -> dict[str, object]:
    record = logging.LogRecord("rehab.actions", logging.ERROR, __file__, 1, "case %s failed", (SECRET,), None)
    record.__dict__.update(extra)
    return json.loads(IdsOnly().format(record))


@pytest.mark.check("S43")
def test_allowed_ids_are_kept_and_other_keys_are_dropped(tried: Callable[..., None]) -> None:
    line = _line(case_id="018f", patient_name=SECRET)
    assert line["case_id"] == "018f"
    assert SECRET not in json.dumps(line)
    tried("S43", log_lines=1)


@pytest.mark.check("S43")
def test_an_exceptions_text_is_not_written_but_its_place_is(tried: Callable[..., None]) -> None:
    try:
        raise ValueError(SECRET)
    except ValueError:
        line = _line(exc_info=sys.exc_info())
    assert line["error"] == "ValueError"
    assert "test_logs.py" in str(line["places"])
    assert SECRET not in json.dumps(line)
    tried("S43", log_lines=1)


@pytest.mark.twin("S43")
def test_a_plain_formatter_would_have_told() -> None:
    record = logging.LogRecord("rehab", logging.ERROR, __file__, 1, "case %s failed", (SECRET,), None)
    assert SECRET in logging.Formatter().format(record)
