"""The published thresholds of another service, MedBridge Pathways, over the same days.

Low: no report for 49 hours, or pain of 5 or more that rose by 1. High: more than 14 days away, pain that rose
by 2, or no functional gain over two assessments. Critical: pain of 7 or more, or function down by a fifth.
A day's worst answer is judged against the reported day before it and raises its highest flag only.
"""

from datetime import datetime, timedelta
from enum import StrEnum


class Rule(StrEnum):
    NO_REPORT_49H = "low: no report for 49 h"
    PAIN_5_AND_1 = "low: pain 5 or more, up 1"
    AWAY_14D = "high: away more than 14 days"
    PAIN_2 = "high: pain up 2"
    NO_GAIN = "high: no functional gain"
    PAIN_7 = "critical: pain 7 or more"
    FUNCTION_FIFTH = "critical: function down 20 %"


ABOUT_PAIN = frozenset({Rule.PAIN_5_AND_1, Rule.PAIN_2, Rule.PAIN_7, Rule.FUNCTION_FIFTH})


def of_pain(before: int | None, now: int) -> Rule | None:
    rise = 0 if before is None else now - before
    if now >= 7:
        return Rule.PAIN_7
    if rise >= 2:
        return Rule.PAIN_2
    return Rule.PAIN_5_AND_1 if now >= 5 and rise >= 1 else None


def of_score(before: float, now: float) -> Rule | None:
    if now <= before * 0.8:
        return Rule.FUNCTION_FIFTH
    return Rule.NO_GAIN if now <= before else None


def of_silence(last_report_at: datetime, before: datetime, now: datetime) -> list[Rule]:
    """Those that became true between two looks."""
    limits = {Rule.NO_REPORT_49H: timedelta(hours=49), Rule.AWAY_14D: timedelta(days=14)}
    return [rule for rule, limit in limits.items() if now - last_report_at > limit >= before - last_report_at]
