"""From a pressing finger to a suggested type: where the tendon is tender, and which protocol fits.

A suggestion only; the physiotherapist decides. Source: section A4, Type.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

from assessments.clinical.thresholds import (
    INSERTIONAL_BELOW_CM,
    MIDPORTION_CONFIRM_UP_TO_CM,
    MIDPORTION_UP_TO_CM,
    TENDER_POINT_HIGHEST_CM,
)


class TendinopathyType(StrEnum):
    MIDPORTION = "MIDPORTION"
    INSERTIONAL = "INSERTIONAL"
    MIXED = "MIXED"
    UNCLASSIFIED = "UNCLASSIFIED"

    @property
    def label(self) -> str:
        return _TYPE_LABELS[self]


class Protocol(StrEnum):
    """STEP and FLAT are what the software may suggest; the rest are templates that only a physio chooses."""

    STEP = "STEP"
    FLAT = "FLAT"
    ISOMETRIC = "ISOMETRIC"
    HEAVY_SLOW = "HEAVY_SLOW"
    SILBERNAGEL = "SILBERNAGEL"
    MAINTENANCE = "MAINTENANCE"
    MAINTENANCE_FLAT = "MAINTENANCE_FLAT"

    @property
    def label(self) -> str:
        return _PROTOCOL_LABELS[self]

    @property
    def drops_below_neutral(self) -> bool:
        """Whether the heel may go lower than the forefoot, which presses the tendon on the heel bone."""
        return self in DROPS_BELOW_NEUTRAL


class Confidence(StrEnum):
    HIGH = "HIGH"
    LOW = "LOW"


class Zone(StrEnum):
    """Where one tender point lies."""

    INSERTION = "INSERTION"
    MIDPORTION = "MIDPORTION"
    UPPER_MIDPORTION = "UPPER_MIDPORTION"
    ABOVE = "ABOVE"


_TYPE_LABELS = {
    TendinopathyType.MIDPORTION: "Mid-portion",
    TendinopathyType.INSERTIONAL: "Insertional",
    TendinopathyType.MIXED: "Mixed",
    TendinopathyType.UNCLASSIFIED: "Not classified",
}
_PROTOCOL_LABELS = {
    Protocol.STEP: "Heel drops off a step",
    Protocol.FLAT: "Heel lowering on the flat",
    Protocol.ISOMETRIC: "Isometric holds",
    Protocol.HEAVY_SLOW: "Heavy slow resistance",
    Protocol.SILBERNAGEL: "Silbernagel programme",
    Protocol.MAINTENANCE: "Maintenance off a step",
    Protocol.MAINTENANCE_FLAT: "Maintenance on the flat",
}
# As these programmes are usually done; a physio who means a flat version of one writes the reason.
DROPS_BELOW_NEUTRAL = frozenset(
    {Protocol.STEP, Protocol.HEAVY_SLOW, Protocol.SILBERNAGEL, Protocol.MAINTENANCE}
)
_MIDPORTION_ZONES = frozenset({Zone.MIDPORTION, Zone.UPPER_MIDPORTION})


@dataclass(frozen=True, slots=True)
class PalpationFindings:
    """What the hands found on one leg. None means not tested, which is not the same as no.

    Tender points are centimetres above the insertion, 0 to 20. ValueError on anything else.
    """

    tender_cm: float | None = None
    second_tender_cm: float | None = None  # None: no second point was named
    thickening: bool | None = None
    stretch_pain: bool | None = None  # pain when the calf is stretched, toes pulled up

    def __post_init__(self) -> None:
        for point in (self.tender_cm, self.second_tender_cm):
            if point is not None:
                _check_point(point)
        for answer in (self.thickening, self.stretch_pain):
            if answer is not None and not isinstance(answer, bool):
                raise ValueError(f"Answer yes, no or leave it untested; {answer!r} is none of them.")
        if self.tender_cm is None and self.second_tender_cm is not None:
            raise ValueError("Record the most tender point before a second one.")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the findings point to. `protocol` is None when there is to be no plan."""

    type: TendinopathyType
    confidence: Confidence
    protocol: Protocol | None
    reasons: tuple[str, ...]
    needs_confirmation: bool
    missing: tuple[str, ...]
    doubts: tuple[str, ...] = ()  # those of the reasons that lower the confidence


def _check_point(point: float) -> None:
    highest = TENDER_POINT_HIGHEST_CM.value
    if isinstance(point, bool) or not isinstance(point, (int, float)):
        raise ValueError(f"A tender point is a number of centimetres; {point!r} is not.")
    if math.isnan(point) or not 0 <= point <= highest:
        raise ValueError(f"A tender point lies 0 to {highest} cm above the heel; {point:g} does not.")


def zone(point_cm: float) -> Zone:
    """The zone of one tender point, in cm above the insertion."""
    _check_point(point_cm)
    if point_cm < INSERTIONAL_BELOW_CM.value:
        return Zone.INSERTION
    if point_cm <= MIDPORTION_UP_TO_CM.value:
        return Zone.MIDPORTION
    if point_cm <= MIDPORTION_CONFIRM_UP_TO_CM.value:
        return Zone.UPPER_MIDPORTION
    return Zone.ABOVE


def _type_of(zones: set[Zone]) -> TendinopathyType:
    """A point above the known zones leaves the whole leg unclassified, whatever the other point says."""
    if not zones or Zone.ABOVE in zones:
        return TendinopathyType.UNCLASSIFIED
    if Zone.INSERTION not in zones:
        return TendinopathyType.MIDPORTION
    return TendinopathyType.MIXED if zones & _MIDPORTION_ZONES else TendinopathyType.INSERTIONAL


def _protocol_for(kind: TendinopathyType, stretch_pain: bool | None) -> Protocol | None:
    if kind is TendinopathyType.UNCLASSIFIED:
        return None
    if kind is TendinopathyType.MIDPORTION and stretch_pain is False:
        return Protocol.STEP
    return Protocol.FLAT


def _doubts(kind: TendinopathyType, zones: set[Zone], found: PalpationFindings) -> list[str]:
    """Each reason for low confidence, as a sentence."""
    doubts = []
    if kind is TendinopathyType.UNCLASSIFIED:
        doubts.append(
            "A tender point this high is outside both zones, so no plan is offered."
            if zones
            else "The tender point was not recorded, so no type can be suggested."
        )
    if Zone.UPPER_MIDPORTION in zones:
        doubts.append(
            f"A point above {MIDPORTION_UP_TO_CM.value} cm, up to {MIDPORTION_CONFIRM_UP_TO_CM.value}, "
            "is at the upper edge of mid-portion: please confirm."
        )
    if kind is TendinopathyType.MIDPORTION and found.stretch_pain:
        doubts.append(
            "The calf stretch hurts, which is unusual here: flat ground is the safer start, please confirm."
        )
    if Zone.INSERTION in zones and found.stretch_pain is False:
        doubts.append(
            "The calf stretch does not hurt, which is unusual at the insertion: consider other causes."
        )
    if found.stretch_pain is None:
        doubts.append(
            "The calf stretch was not tested, so flat ground is the safer start."
            if kind is TendinopathyType.MIDPORTION
            else "The calf stretch was not tested."
        )
    if zones & _MIDPORTION_ZONES and found.thickening is False:
        doubts.append("No thickening was felt. It can be absent early on, so the type is less certain.")
    if found.thickening is None:
        doubts.append("Thickening was not tested.")
    return doubts


def _supports(kind: TendinopathyType, zones: set[Zone], found: PalpationFindings) -> list[str]:
    supports = []
    if found.tender_cm is not None:
        supports.append(f"Most tender {found.tender_cm:g} cm above the heel bone.")
    if found.second_tender_cm is not None:
        supports.append(f"Also tender {found.second_tender_cm:g} cm above the heel bone.")
    if kind is TendinopathyType.MIXED:
        supports.append("Both zones are tender, and the insertion decides: flat ground.")
    if found.thickening and zones & _MIDPORTION_ZONES:
        supports.append("A thickening can be felt.")
    if found.stretch_pain and Zone.INSERTION in zones:
        supports.append("Stretching the calf brings the pain on.")
    if found.stretch_pain is False and kind is TendinopathyType.MIDPORTION:
        supports.append("Stretching the calf does not bring the pain on.")
    return supports


def classify(found: PalpationFindings) -> Suggestion:
    """Suggest type and protocol. Confidence is HIGH only when all was tested and nothing disagrees."""
    points = (found.tender_cm, found.second_tender_cm)
    zones = {zone(point) for point in points if point is not None}
    kind = _type_of(zones)
    doubts = _doubts(kind, zones, found)
    tested = {
        "tender point": found.tender_cm,
        "thickening": found.thickening,
        "calf stretch": found.stretch_pain,
    }
    return Suggestion(
        type=kind,
        confidence=Confidence.LOW if doubts else Confidence.HIGH,
        protocol=_protocol_for(kind, found.stretch_pain),
        reasons=(*_supports(kind, zones, found), *doubts),
        needs_confirmation=bool(doubts),
        missing=tuple(name for name, answer in tested.items() if answer is None),
        doubts=tuple(doubts),
    )


def explain(suggestion: Suggestion) -> str:
    """One paragraph a physio can read aloud."""
    if suggestion.protocol is None:
        opening = "The findings do not fit a type, so no plan is offered."
    else:
        sure = "point to" if suggestion.confidence is Confidence.HIGH else "may point to"
        opening = (
            f"The findings {sure} the {suggestion.type.label.lower()} type; "
            f"the plan it offers is {suggestion.protocol.label.lower()}."
        )
    closing = ["Please confirm before assigning a plan."] if suggestion.needs_confirmation else []
    return " ".join([opening, *suggestion.reasons, *closing])
