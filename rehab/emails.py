"""One function per weekly mail. Sign-in and invitation: `patients.emails`. Urgent advice is never mailed."""

from typing import Any
from uuid import UUID

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from patients.emails import Mail
from rehab.models import WorkGroup
from rehab.queries.stop_tokens import token_for
from rehab.queries.weekly import CaseloadWeek, DiaryWeek, WeekRow

_inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)
_CLASSES = {WorkGroup.ACT: "act", WorkGroup.REVIEW: "rev", WorkGroup.QUIET: "quiet", WorkGroup.READY: "ready"}


def caseload_week(week: CaseloadWeek) -> Mail:
    """For the physiotherapist. The subject holds counts only."""
    return _mail(
        "weekly_caseload",
        {
            "week": week,
            "rows": [_row(row) for row in week.rows],
            "caseload_address": _address("caseload"),
            "settings_address": _address("weekly_preview"),
            "stop_address": stop_address(week.membership_id),
        },
    )


def diary_week(week: DiaryWeek) -> Mail:
    """For the runner: counts and a reminder; no pain, no finding, nothing about running."""
    return _mail(
        "weekly_diary",
        {
            "week": week,
            "portal_address": _address("portal_today"),
            "stop_address": stop_address(week.membership_id),
        },
    )


def stop_address(membership_id: UUID) -> str:
    return _address("mail_unsubscribe", token=token_for(membership_id))


def stop_headers(membership_id: UUID) -> dict[str, str]:
    """One click in the mail program stops the weekly mails (RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{stop_address(membership_id)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _row(row: WeekRow) -> dict[str, Any]:
    cells = [("–" if pain is None else str(pain), _cell(pain, row.limit)) for pain in row.pain or ()]
    return {
        "row": row,
        "label": WorkGroup(row.group).label,
        "class": _CLASSES[WorkGroup(row.group)],
        "address": _address("case", case_id=row.case_id),
        "cells": cells,
        "pain_words": ", ".join(text for text, _ in cells),
    }


def _cell(pain: int | None, limit: int) -> str:
    """A cell at or over the limit is filled; the figure is written out in any case."""
    if pain is None:
        return "none"
    return "c3" if pain >= limit else "c0"


def _address(name: str, **parts: object) -> str:
    return settings.BASE_URL + reverse(name, kwargs=parts)


def _mail(name: str, values: dict[str, Any]) -> Mail:
    subject = " ".join(render_to_string(f"emails/{name}_subject.txt", values).split())
    text = render_to_string(f"emails/{name}.txt", values).strip() + "\n"
    html = _inliner.inline(render_to_string(f"emails/{name}.html", values))
    return Mail(subject, text, html)
