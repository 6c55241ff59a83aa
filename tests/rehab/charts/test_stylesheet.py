"""The tokens: every colour that carries words stands out from every surface it is put on, light and dark."""

import re
from pathlib import Path

import pytest

SHEET = (Path(__file__).resolve().parents[3] / "static" / "css" / "plimsoll.css").read_text(encoding="utf-8")
SURFACES = ("bg", "surface", "sunk", "raised")
TEXT = [
    *((ink, on) for ink in ("ink", "ink-2", "link", "over", "watch", "done") for on in SURFACES),
    *((tone, f"{tone}-tint") for tone in ("over", "watch", "done")),
    *(("ink", f"{tone}-tint") for tone in ("over", "watch", "done")),
    *(("ink-2", f"{tone}-tint") for tone in ("over", "watch", "done")),
    ("link", "over-tint"),
    ("on-hull", "hull"),
    ("on-hull-2", "hull"),
    ("on-hull-2", "hull-deep"),
    ("on-solid", "solid"),
    ("on-over", "over"),
    ("on-done", "done"),
]
SHAPES = [("control", on) for on in ("bg", "surface")] + [
    ("pain", "surface"),
    ("done", "surface"),
    ("control", "sunk"),
]


def tokens(scheme: int) -> dict[str, str]:
    """Name to six hex digits; `scheme` 0 is light, 1 is dark."""
    pairs = re.findall(r"--([\w-]+): light-dark\((#\w+), (#\w+)\)", SHEET)
    chosen = {name: both[scheme].removeprefix("#") for name, *both in pairs}
    return {name: "".join(c * 2 for c in code) if len(code) == 3 else code for name, code in chosen.items()}


def contrast(first: str, second: str) -> float:
    """WCAG 2.2 contrast ratio, 1 to 21."""

    def light(colour: str) -> float:
        channels = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    bright, dim = sorted((light(first), light(second)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "on"), TEXT)
def test_words_stand_out_from_what_is_behind_them(ink, on, scheme):
    named = tokens(scheme)
    assert contrast(named[ink], named[on]) >= 4.5


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("shape", "on"), SHAPES)
def test_controls_and_marks_stand_out_from_what_is_behind_them(shape, on, scheme):
    named = tokens(scheme)
    assert contrast(named[shape], named[on]) >= 3


def test_the_sheet_asks_for_no_font_and_no_other_file():
    assert "@font-face" not in SHEET
    assert "url(" not in SHEET
    assert "@import" not in SHEET


def test_the_sheet_casts_no_shadows_outwards():
    assert all(
        value.strip().startswith(("inset", "none")) for value in re.findall(r"box-shadow: ([^;]+)", SHEET)
    )
