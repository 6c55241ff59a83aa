"""Every page of the runner, on a phone, light and dark: readable, never sideways, within its own policy."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser import assert_accessible, assert_no_overflow, save_picture
from tests.journeys.portal import BOTH, in_care, phone_of, told

PAGES = (
    "/me/",
    "/me/runs/new/",
    "/me/morning/",
    "/me/checks/before/",
    "/me/exercises/",
    "/me/help/",
    "/me/plan/",
    "/me/progress/",
    "/me/entries/",
)
WEEK = tuple(
    (hours, pain) for hours, pain in ((150, 1), (126, 2), (102, 1), (78, 1), (54, 2), (30, 1), (6, 1))
)
PICTURES = os.environ.get("PLIMSOLL_PICTURES")  # a folder, to look at them


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("sides", [BOTH[:1], BOTH], ids=["one_leg", "both_legs"])
def test_every_page_is_accessible_and_fits_a_phone(new_context: Callable, scheme: str, sides: tuple) -> None:
    runner = in_care(sides=sides)
    told(runner, run_hours_ago=100, pain=2, settled_at=1)
    run = told(runner, run_hours_ago=50, pain=1, settled_at=1, mornings_said=WEEK)
    phone = phone_of(runner, new_context, scheme=scheme)
    for path in (*PAGES, f"/me/runs/{run}/", f"/me/runs/{run}/correct/", f"/me/checks/{run}/24h/"):
        phone.open(path)
        assert phone.page.locator("h1").count() == 1, path
        if PICTURES:
            name = path.strip("/").replace("/", "_").replace(str(run), "run")
            save_picture(phone.page, Path(PICTURES) / f"{name}_{len(sides)}_{scheme}.png")
        assert_accessible(phone.page)
        assert_no_overflow(phone.page)
        phone.page.set_viewport_size({"width": 320, "height": 640})
        assert_no_overflow(phone.page)
        phone.page.set_viewport_size({"width": 390, "height": 844})
