"""What counts as a route that was seen to work (S8, second half; tests/reach.py judges the whole run)."""

import pytest

from tests.reach import succeeded


@pytest.mark.parametrize(
    ("route", "method", "status", "location", "counts"),
    [
        ("case", "GET", 200, "", True),
        ("case", "GET", 204, "", True),
        ("case", "POST", 302, "/caseload/", True),
        ("case", "POST", 303, "/me/", True),
        ("case", "POST", 302, "/sign-in/?next=/caseload/", False),
        ("case", "GET", 302, "/caseload/", False),
        ("case", "POST", 422, "", False),
        ("home", "GET", 302, "/caseload/", True),
        ("home", "GET", 302, "/sign-in/", False),
        ("case", "GET", 404, "", False),
        ("case", "GET", 500, "", False),
    ],
)
def test_success_is_a_2xx_or_the_redirect_after_a_post(
    route: str, method: str, status: int, location: str, counts: bool
) -> None:
    assert succeeded(route, method, status, location) is counts
