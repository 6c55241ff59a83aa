"""May this protocol be assigned to this leg? Source: section A4 (Type) and A6 (what blocks a plan)."""

from dataclasses import dataclass
from enum import StrEnum

from assessments.clinical.classification import Protocol, Suggestion, TendinopathyType
from assessments.clinical.findings import Finding
from assessments.clinical.red_flags import Pathway, Screening

FLAT_ONLY_TYPES = frozenset({TendinopathyType.INSERTIONAL, TendinopathyType.MIXED})
# A mid-portion tendon may always be loaded the milder way.
_AS_SUGGESTED: dict[Protocol | None, frozenset[Protocol]] = {
    None: frozenset(),
    Protocol.STEP: frozenset({Protocol.STEP, Protocol.FLAT}),
    Protocol.FLAT: frozenset({Protocol.FLAT}),
}


class Outcome(StrEnum):
    """Strictest last."""

    ALLOWED = "ALLOWED"
    CONFIRM = "CONFIRM"
    OVERRIDE_WITH_REASON = "OVERRIDE_WITH_REASON"
    BLOCKED = "BLOCKED"


@dataclass(frozen=True, slots=True)
class Assignment:
    """The answer to one attempt. `outcome` says what is asked for, `may_be_saved` whether it was given."""

    outcome: Outcome
    type: TendinopathyType
    protocol: Protocol | None
    may_be_saved: bool
    says: str


def assign(
    protocol: Protocol | None,
    suggestion: Suggestion,
    screening: Screening,
    *,
    decided_type: TendinopathyType | None = None,
    confirmed: bool = False,
    override_reason: str = "",
) -> Assignment:
    """Weigh one protocol for one leg. `protocol` None means the one that fits.

    `decided_type` is the physio's own decision, if it differs from the suggestion. No reason and no
    confirmation ever opens a BLOCKED outcome.
    """
    kind = decided_type or suggestion.type
    chosen = protocol or (Protocol.FLAT if kind in FLAT_ONLY_TYPES else suggestion.protocol)
    outcome, says = _judge(chosen, kind, suggestion, screening)
    given = {
        Outcome.ALLOWED: True,
        Outcome.CONFIRM: confirmed or bool(override_reason.strip()),
        Outcome.OVERRIDE_WITH_REASON: bool(override_reason.strip()),
        Outcome.BLOCKED: False,
    }
    return Assignment(outcome, kind, chosen, may_be_saved=given[outcome], says=says)


def needs_reason(protocol: Protocol, *types: TendinopathyType) -> bool:
    """Whether a protocol that goes below neutral meets a type that must stay on the flat."""
    return protocol.drops_below_neutral and not FLAT_ONLY_TYPES.isdisjoint(types)


def _judge(
    protocol: Protocol | None, kind: TendinopathyType, suggestion: Suggestion, screening: Screening
) -> tuple[Outcome, str]:
    """The strictest answer that applies, with every sentence that led to it."""
    blocked = _blocking_sentence(protocol, kind, suggestion, screening)
    if blocked or protocol is None:
        return Outcome.BLOCKED, blocked
    reason = _override_sentence(protocol, kind, suggestion)
    confirm = _confirm_sentences(suggestion, screening)
    if reason:
        return Outcome.OVERRIDE_WITH_REASON, " ".join([reason, *confirm])
    if protocol not in _AS_SUGGESTED[suggestion.protocol]:
        confirm.append(f"{protocol.label} is not the suggested plan. Please confirm that you choose it.")
    if confirm:
        return Outcome.CONFIRM, " ".join(confirm)
    return Outcome.ALLOWED, f"{protocol.label}: fits the {kind.label.lower()} type."


def _blocking_sentence(
    protocol: Protocol | None, kind: TendinopathyType, suggestion: Suggestion, screening: Screening
) -> str:
    if screening.blocks_plan:
        named = ", ".join(finding.mid_sentence for finding in screening.findings if _is_red(finding))
        return f"No plan can be assigned: {named}. {screening.effect}"
    unasked = [finding.mid_sentence for finding in screening.missing if _is_red(finding)]
    if unasked:
        return f"Finish the safety screen before assigning a plan. Not asked: {', '.join(unasked)}."
    if TendinopathyType.UNCLASSIFIED in (kind, suggestion.type) or protocol is None:
        return "No plan can be assigned while the leg has no type. Record the tender point again, or refer."
    return ""


def _is_red(finding: Finding) -> bool:
    return finding.pathway.is_red_flag


def _override_sentence(protocol: Protocol, kind: TendinopathyType, suggestion: Suggestion) -> str:
    if needs_reason(protocol, kind, suggestion.type):
        return (
            f"{protocol.label}: the heel goes below neutral, which can worsen pain at the insertion. "
            "Write down why it is right for this leg, or choose flat ground."
        )
    if kind is not suggestion.type:
        return (
            f"The findings suggest {suggestion.type.label.lower()}, not {kind.label.lower()}. "
            "Write down why you decide otherwise."
        )
    if protocol.drops_below_neutral and suggestion.protocol is Protocol.FLAT:
        return "Flat ground is suggested for this leg. Write down why the heel may go below neutral."
    return ""


def _confirm_sentences(suggestion: Suggestion, screening: Screening) -> list[str]:
    sentences = []
    if screening.pathway is not Pathway.NONE:
        named = ", ".join(finding.mid_sentence for finding in screening.findings)
        sentences.append(f"Please confirm, knowing of: {named}. {screening.effect}")
    if screening.missing:
        named = ", ".join(finding.mid_sentence for finding in screening.missing)
        sentences.append(f"Please confirm although this was not asked: {named}.")
    if suggestion.needs_confirmation:
        sentences.append("The findings are not clear-cut. Please confirm the type and the plan.")
    return sentences
