"""The twelve months after the programme, day by day at the edges."""

from datetime import date, timedelta

import pytest

from rehab.clinical.aftercare import Due, later, watch

SINCE = date(2026, 1, 15)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("today", "month", "due"),
    [
        (SINCE, 1, Due.LATER),
        (date(2026, 2, 14), 1, Due.LATER),
        (date(2026, 2, 15), 2, Due.NOW),
        (date(2026, 2, 16), 2, Due.NOW),
        (date(2027, 1, 14), 12, Due.NOW),
        (date(2027, 1, 15), 12, Due.OVER),
    ],
)
def test_a_check_in_is_due_every_month_for_a_year(today: date, month: int, due: Due) -> None:
    stands = watch(SINCE, [], today)
    assert (stands.month, stands.due) == (month, due)


def test_a_check_in_puts_the_next_one_a_month_later() -> None:
    told = date(2026, 2, 20)
    assert watch(SINCE, [told], date(2026, 3, 19)).due is Due.LATER
    assert watch(SINCE, [told], date(2026, 3, 20)).due is Due.NOW


def test_one_from_before_this_maintenance_does_not_count() -> None:
    assert watch(SINCE, [SINCE - DAY], date(2026, 2, 15)).due is Due.NOW


def test_a_month_that_is_too_short_ends_on_the_28th() -> None:
    assert later(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert later(date(2026, 12, 5), 1) == date(2027, 1, 5)
