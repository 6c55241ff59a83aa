"""One function per mail to members. Sign-in and invitation: `patients.emails`.

Urgent advice is never mailed to a runner; a clinician is told that a case needs them, not why.
"""

import json
from dataclasses import replace
from functools import lru_cache
from typing import Any
from uuid import UUID

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from patients.emails import Mail
from patients.models import Clinic
from rehab.models import WorkGroup
from rehab.queries.reminders import ENTRY, Reminder
from rehab.queries.stop_tokens import REMINDERS, token_for
from rehab.queries.telling import Telling
from rehab.queries.weekly import DiaryWeek
from rehab.queries.weekly_caseload import CaseloadWeek, WeekRow

_inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)
_ANYBODY = UUID(int=0)
_CLASSES = {WorkGroup.ACT: "act", WorkGroup.REVIEW: "rev", WorkGroup.QUIET: "quiet", WorkGroup.READY: "ready"}


def caseload_week(week: CaseloadWeek) -> Mail:
    """For the physiotherapist. The subject holds counts only."""
    return _mail(
        "weekly_caseload",
        {
            "week": week,
            "rows": [_row(row) for row in week.rows],
            "caseload_address": _address("caseload"),
            "settings_address": _address("weekly_settings"),
            "stop_address": stop_address(week.membership_id),
        },
    )


def diary_week(week: DiaryWeek) -> Mail:
    """For the runner: counts and a reminder; no pain, no finding, nothing about running.

    Runners whose week reads the same share its text, all but the address that stops these mails.
    """
    general = replace(week, membership_id=_ANYBODY)
    said = _diary_week(general, settings.BASE_URL, translation.get_language())
    anybody, own = stop_address(_ANYBODY), stop_address(week.membership_id)
    return Mail(said.subject, said.text.replace(anybody, own), said.html.replace(anybody, own))


@lru_cache(maxsize=1024)
def _diary_week(week: DiaryWeek, base_url: str, language: str) -> Mail:
    return _mail(
        "weekly_diary",
        {
            "week": week,
            "portal_address": _address("portal_today"),
            "stop_address": stop_address(week.membership_id),
        },
    )


def urgent_flag(telling: Telling) -> Mail:
    """For the case's physiotherapist, at once. No clinical content: neither what was found nor who it is."""
    return _mail(
        "urgent_flag", {"telling": telling, "case_address": _address("case", case_id=telling.case_id)}
    )


def urgent_escalated(telling: Telling) -> Mail:
    """For the clinic, when nobody has opened the case."""
    return _mail(
        "urgent_escalated", {"telling": telling, "case_address": _address("case", case_id=telling.case_id)}
    )


def message_to_clinic(*, case_id: UUID, number: int) -> Mail:
    """A runner has written: to which case, not what."""
    return _mail(
        "message_to_clinic", {"name": f"Case {number}", "address": _address("case_messages", case_id=case_id)}
    )


def message_alarming(*, case_id: UUID, number: int) -> Mail:
    """A runner's message should be read now: of which case, not what."""
    return _mail(
        "message_alarming", {"name": f"Case {number}", "address": _address("case_messages", case_id=case_id)}
    )


def message_to_runner(*, clinic: Clinic, language: str) -> Mail:
    """The clinic has written: that it has, not what."""
    with translation.override(language or settings.LANGUAGE_CODE):
        return _mail("message_to_runner", {"clinic": clinic, "address": _address("portal_messages")})


def stop_address(membership_id: UUID) -> str:
    return _address("mail_unsubscribe", token=token_for(membership_id))


def stop_headers(membership_id: UUID) -> dict[str, str]:
    """One click in the mail program stops the weekly mails (RFC 8058)."""
    return _stop_headers(stop_address(membership_id))


def reminder(reminder: Reminder) -> Mail:
    """For the runner, in their language: that something is open, and the way to it; nothing about health."""
    with translation.override(reminder.language or settings.LANGUAGE_CODE):
        return _mail(
            "reminder",
            {
                "reminder": reminder,
                "address": _address("portal_next", slug=reminder.slug),
                "entry_address": _address("portal_next", slug=ENTRY),
                "settings_address": _address("portal_reminders"),
                "stop_address": reminder_stop_address(reminder.membership_id),
            },
        )


def reminder_push(reminder: Reminder) -> Mail:
    """The same for a lock screen that others see: `subject` and `text` are its title and its one sentence."""
    with translation.override(reminder.language or settings.LANGUAGE_CODE):
        sentence = _("Your diary has something open for today.")
    path = reverse("portal_next", kwargs={"slug": reminder.slug})
    text = json.dumps({"title": "Plimsoll", "body": sentence, "path": path}, ensure_ascii=False)
    return Mail("Plimsoll", text, "")


def reminder_stop_address(membership_id: UUID) -> str:
    return _address("reminders_stop", token=token_for(membership_id, of=REMINDERS))


def reminder_stop_headers(membership_id: UUID) -> dict[str, str]:
    """One click in the mail program stops the reminders by mail (RFC 8058)."""
    return _stop_headers(reminder_stop_address(membership_id))


def _stop_headers(address: str) -> dict[str, str]:
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _row(row: WeekRow) -> dict[str, Any]:
    cells = [("–" if pain is None else str(pain), _cell(pain, row.limit)) for pain in row.pain or ()]
    return {
        "row": row,
        "label": WorkGroup(row.group).label,
        "class": _CLASSES[WorkGroup(row.group)],
        "address": _address("case", case_id=row.case_id),
        "cells": cells,
        "pain_words": ", ".join(text for text, _shade in cells),
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
