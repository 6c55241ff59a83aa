"""Leaving a stop, the gate of each stage and what a session may hold, row by row."""

import pytest

from rehab.clinical import gates, reentry, session_rules
from rehab.clinical.evaluation import Answer24h, Decision
from rehab.clinical.thresholds import Limits
from tests.rehab.clinical.tables import hours, ids, number, rows, yes

LIMITS = Limits()
STOPS, GATES, SESSIONS = rows("reentry.csv"), rows("stages.csv"), rows("sessions.csv")


@pytest.mark.parametrize("row", STOPS, ids=ids(STOPS))
def test_a_stop_is_left_as_written(row: dict[str, str]) -> None:
    result = reentry.leave(
        Decision(row["stop"]),
        hours=float(row["hours"]),
        pain_now=number(row["pain_now"]),
        baseline=int(row["baseline"]),
        stage=int(row["stage"]),
        limits=LIMITS,
    )
    assert result == row["result"]


@pytest.mark.parametrize("row", GATES, ids=ids(GATES))
def test_a_gate_opens_as_written(row: dict[str, str]) -> None:
    answer = gates.check(
        gates.GateFacts(
            stage=int(row["stage"]),
            days_in_stage=int(row["days"]),
            by_regression=yes(row["by_regression"]),
            sessions=number(row["sessions"]),
            clean_in_a_row=number(row["clean"]),
            pending=yes(row["pending"]),
            highest_pain=number(row["highest_pain"]),
            suspended=yes(row["suspended"]),
            walking_free_days=number(row["walking_free"]),
            calm_days=number(row["calm"]),
            hills_passed=number(row["hills_passed"]),
            baseline_days=number(row["baseline_days"]),
            clean_speed=number(row["clean_speed"]),
            adherence_percent=number(row["adherence"]),
        ),
        LIMITS,
    )
    assert (answer.result, answer.next_stage, answer.reason_code) == (
        row["result"],
        int(row["next_stage"]),
        row["code"],
    )


@pytest.mark.parametrize("row", SESSIONS, ids=ids(SESSIONS))
def test_a_session_fits_its_stage_as_written(row: dict[str, str]) -> None:
    code = session_rules.check(
        session_rules.SessionFacts(
            stage=int(row["stage"]),
            minutes=int(row["minutes"]),
            longest_block_minutes=number(row["block"]),
            days_since_last_run=number(row["days_since"]),
            last_status=Answer24h(row["status"]) if row["status"] else None,
            hills=yes(row["hills"]),
            speed=yes(row["speed"]),
            hills_passed=number(row["hills_passed"]),
            hours_since_first_hill=hours(row["hours_since_hill"]),
            hills_last_7_days=number(row["hills_week"]) or 0,
            speed_last_7_days=number(row["speed_week"]) or 0,
            hills_paused=yes(row["hills_paused"]),
            speed_paused=yes(row["speed_paused"]),
            week_before_m=number(row["before_m"]),
            week_after_m=number(row["after_m"]),
            pre_injury_week_m=number(row["pre_injury_m"]),
            cap_minutes=number(row["cap"]),
        ),
        LIMITS,
    )
    assert code == row["code"]


@pytest.mark.parametrize(("minutes", "cap"), [(20, 14), (25, 17), (32, 22), (1, 0)])
def test_the_next_session_is_seventy_percent_rounded_down(minutes: int, cap: int) -> None:
    assert session_rules.next_session_cap(minutes, LIMITS) == cap


def test_hills_may_be_waived_by_the_physio() -> None:
    facts = gates.GateFacts(
        stage=5, days_in_stage=14, sessions=4, clean_in_a_row=3, hills_passed=0, hills_waived=True
    )
    assert gates.check(facts, LIMITS).result == "ELIGIBLE"


def test_a_stage_held_by_the_physio_stays() -> None:
    facts = gates.GateFacts(stage=2, days_in_stage=20, sessions=9, clean_in_a_row=9, on_hold=True)
    assert gates.check(facts, LIMITS).reason_code == "ON_HOLD"
