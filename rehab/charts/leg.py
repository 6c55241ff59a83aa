"""Our own pictures of the exercises: a leg from the side, where it starts (pale) and where it ends."""

from dataclasses import dataclass
from enum import StrEnum
from math import cos, radians, sin

from rehab.charts.svg import Svg, element, number, path, picture
from rehab.charts.view_models import Say, plain

WIDTH, HEIGHT = 132, 156
FLOOR, STEP_TOP, BALL_X = 148, 122, 78
FOOT, TOES, ANKLE_UP, SHIN, THIGH = 34, 15, 11, 44, 32
CALF_BACK = 4
POINT = tuple[float, float]


class Pose(StrEnum):
    """Where the heel ends."""

    BELOW = "BELOW"  # off a step, lower than the forefoot
    FLOOR = "FLOOR"  # on the flat, no lower
    HELD = "HELD"  # half way up, and kept there
    RAISED = "RAISED"  # up on the toes


@dataclass(frozen=True)
class Leg:
    """Joints from the toes up. `heel_degrees`: how far the heel stands over the forefoot; below it: minus."""

    toes: POINT
    ball: POINT
    heel: POINT
    ankle: POINT
    knee: POINT
    hip: POINT


HEEL = {Pose.BELOW: -22, Pose.FLOOR: 0, Pose.HELD: 22, Pose.RAISED: 40}
STARTS = {Pose.BELOW: 34, Pose.FLOOR: 36, Pose.HELD: 0, Pose.RAISED: 0}
WORDS = {
    Pose.BELOW: "on a step, the heel goes from high to below the step",
    Pose.FLOOR: "on the flat, the heel goes from high down to the floor and no lower",
    Pose.HELD: "on the flat, the heel goes half way up and stays there",
    Pose.RAISED: "on the flat, the heel goes slowly up",
}


KNEES = {False: "knee straight", True: "knee bent"}


def exercise(pose: Pose, *, bent: bool, say: Say = plain) -> Svg:
    """One exercise as a picture of 132 × 156."""
    on_step = pose is Pose.BELOW
    ground = STEP_TOP if on_step else FLOOR
    start, end = _leg(ground, STARTS[pose], bent), _leg(ground, HEEL[pose], bent)
    pieces = [
        _ground(on_step),
        element("g", *_drawn(start), class_="ghost"),
        *_drawn(end),
        _tendon(end),
        _arrow(start.heel, end.heel) if pose is not Pose.HELD else _hold(end.heel),
    ]
    title = f"{say(KNEES[bent])}, {say(WORDS[pose])}"
    return picture(*pieces, width=WIDTH, height=HEIGHT, class_="chart pose fixed", title=title)


def _leg(ground: float, heel_degrees: float, bent: bool) -> Leg:
    ball = (BALL_X, ground - 4.0)
    up = radians(heel_degrees)
    heel = (ball[0] - FOOT * cos(up), ball[1] - FOOT * sin(up))
    ankle = (heel[0] + 9 * cos(up) + ANKLE_UP * sin(up), heel[1] + 9 * sin(up) - ANKLE_UP * cos(up))
    lean, back = (26, 24) if bent else (5, -3)
    knee = (ankle[0] + SHIN * sin(radians(lean)), ankle[1] - SHIN * cos(radians(lean)))
    hip = (knee[0] - THIGH * sin(radians(back)), knee[1] - THIGH * cos(radians(back)))
    return Leg((ball[0] + TOES, ball[1]), ball, heel, ankle, knee, hip)


def _drawn(leg: Leg) -> tuple[Svg, ...]:
    """Outline below, skin above: thick strokes make a limb of a line. The calf is behind the shin."""
    calf = [_between(leg.ankle, leg.knee, share) for share in (0.5, 0.85)]
    parts = (
        ("foot", path([leg.toes, leg.ball, leg.heel, leg.ankle])),
        ("calf", path([(x - CALF_BACK, y) for x, y in calf])),
        ("bones", path([leg.ankle, leg.knee, leg.hip])),
    )
    return (
        *(element("path", class_=f"limb under {name}", d=data) for name, data in parts),
        *(element("path", class_=f"limb {name}", d=data) for name, data in parts),
    )


def _tendon(leg: Leg) -> Svg:
    """From the heel to the calf, behind the shin."""
    top = _between(leg.ankle, leg.knee, 0.5)
    data = f"M{number(leg.heel[0] - 2)} {number(leg.heel[1] - 2)}L{number(top[0] - 6)} {number(top[1])}"
    return element("path", class_="cord", d=data)


def _ground(on_step: bool) -> Svg:
    if on_step:
        data = f"M8 {FLOOR}H{BALL_X - 12}V{STEP_TOP}H{WIDTH - 8}V{FLOOR}Z"
        return element("path", class_="block", d=data)
    return element("path", class_="block line", d=f"M8 {FLOOR}H{WIDTH - 8}")


def _arrow(start: POINT, end: POINT) -> Svg:
    """Beside the heel, from where it was to where it goes."""
    x = min(start[0], end[0]) - 13
    tip = end[1] + (2 if end[1] > start[1] else -2)
    back = -6 if end[1] > start[1] else 6
    data = f"M{number(x)} {number(start[1])}V{number(tip)}m-4.5 {back}L{number(x)} {number(tip)}l4.5 {back}"
    return element("path", class_="way", d=data)


def _hold(heel: POINT) -> Svg:
    """Two bars, as on a player: stay."""
    x, y = heel[0] - 17, heel[1] - 7
    return element("path", class_="way", d=f"M{number(x)} {number(y)}v14m7 -14v14")


def _between(start: POINT, end: POINT, share: float) -> POINT:
    return (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)
