"""How a guided set is counted: seconds up, held, down and at rest. The lowering comes from the plan.

Source: A4 for the lowering; the other seconds are product numbers (PROD).
"""

from __future__ import annotations

from dataclasses import dataclass

from assessments.clinical.classification import Protocol

READY_S = 5  # to get into position
UP_S = 2
TURN_S = 1  # weight from both feet to the sore leg, at the top
REST_S: dict[Protocol, int] = {Protocol.ISOMETRIC: 120, Protocol.HEAVY_SLOW: 150}
USUAL_REST_S = 60


@dataclass(frozen=True, slots=True)
class Guide:
    """Whole seconds of one repetition and of the rest after a set."""

    ready_s: int
    up_s: int
    hold_s: int
    down_s: int
    rest_s: int


def of(protocol: Protocol, tempo_low_s: int, tempo_high_s: int) -> Guide:
    """The middle of the plan's tempo, rounded up: slower rather than faster."""
    middle = (tempo_low_s + tempo_high_s + 1) // 2
    rest = REST_S.get(protocol, USUAL_REST_S)
    if protocol is Protocol.ISOMETRIC:
        return Guide(READY_S, UP_S, middle, UP_S, rest)
    if protocol is Protocol.HEAVY_SLOW:
        return Guide(READY_S, middle, 0, middle, rest)
    return Guide(READY_S, UP_S, TURN_S, middle, rest)
