"""What counts as a route that was seen to work (S8, second half; tests/reach.py judges the whole run)."""

import pytest

from tests.reach import succeeded


@pytest.mark.parametrize(
    ("method", "status", "location", "counts"),
    [
        ("GET", 200, "", True),
        ("GET", 204, "", True),
        ("POST", 302, "/caseload/", True),
        ("POST", 303, "/me/", True),
        ("POST", 302, "/sign-in/?next=/caseload/", False),
        ("GET", 302, "/caseload/", False),
        ("POST", 422, "", False),
        ("GET", 404, "", False),
        ("GET", 500, "", False),
    ],
)
def test_success_is_a_2xx_or_the_redirect_after_a_post(
    method: str, status: int, location: str, counts: bool
) -> None:
    assert succeeded(method, status, location) is counts
