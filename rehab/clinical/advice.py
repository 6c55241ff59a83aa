"""What an assessment suggests, in sentences for the physio: the type, why, how sure, and the plan it offers.

A suggestion only. Nothing here says that something is absent; it says what was recorded. Source: A4, A6.
"""

from __future__ import annotations

from dataclasses import dataclass

from assessments.clinical.classification import (
    Confidence,
    PalpationFindings,
    Protocol,
    TendinopathyType,
    classify,
)
from assessments.clinical.findings import Pathway
from assessments.clinical.interlock import FLAT_ONLY_TYPES
from assessments.clinical.red_flags import Screening
from assessments.clinical.sides import Side
from rehab.clinical.protocols import PROGRAMME_WEEKS, TEMPLATES, dose_in_words

HIGH, LOW = "The findings agree.", "The findings do not all agree, or some are missing."


@dataclass(frozen=True, slots=True, kw_only=True)
class LegAdvice:
    """`offers` is empty when no plan can be offered."""

    side: Side
    type: TendinopathyType
    title: str
    sure: str
    supports: tuple[str, ...]
    doubts: tuple[str, ...]
    offers: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenAdvice:
    """`tone`: act, review, done, or wait while questions are open."""

    tone: str
    title: str
    effect: str
    findings: tuple[str, ...]
    not_asked: int


def advise_leg(side: Side, found: PalpationFindings, decided: TendinopathyType | None = None) -> LegAdvice:
    """`decided`: the physio's own decision, if it differs."""
    suggestion = classify(found)
    kind = decided or suggestion.type
    protocol = Protocol.FLAT if kind in FLAT_ONLY_TYPES else suggestion.protocol
    return LegAdvice(
        side=side,
        type=suggestion.type,
        title=_title(suggestion.type, suggestion.confidence, found),
        sure=HIGH if suggestion.confidence is Confidence.HIGH else LOW,
        supports=tuple(one for one in suggestion.reasons if one not in suggestion.doubts),
        doubts=suggestion.doubts,
        offers=_offer(protocol),
    )


def _title(kind: TendinopathyType, confidence: Confidence, found: PalpationFindings) -> str:
    if kind is TendinopathyType.UNCLASSIFIED:
        return "No type yet" if found.tender_cm is None else "Not classified"
    return f"{kind.label} type" if confidence is Confidence.HIGH else f"{kind.label} type, to be confirmed"


def _offer(protocol: Protocol | None) -> str:
    if protocol is None:
        return ""
    words = dose_in_words(protocol, TEMPLATES[protocol].dose)
    return f"{protocol.label}, {words}, {PROGRAMME_WEEKS} weeks."


def advise_screen(screening: Screening) -> ScreenAdvice:
    unasked = len(screening.missing)
    named = tuple(finding.label for finding in screening.findings)
    if screening.pathway.is_red_flag:
        title = "Red flag" if len(named) == 1 else "Red flags"
        return ScreenAdvice(
            tone="act", title=title, effect=screening.effect, findings=named, not_asked=unasked
        )
    if any(finding.pathway.is_red_flag for finding in screening.missing):
        return ScreenAdvice(
            tone="wait",
            title="Safety screen not finished",
            effect="No plan can be assigned before every question was asked.",
            findings=named,
            not_asked=unasked,
        )
    if screening.pathway is not Pathway.NONE or unasked:
        return ScreenAdvice(
            tone="review", title="To confirm", effect=screening.effect, findings=named, not_asked=unasked
        )
    return ScreenAdvice(
        tone="done", title="Safety screen recorded", effect=screening.effect, findings=(), not_asked=0
    )
