"""The life of a flag, one change at a time. No database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from assessments.clinical.sides import Side
from patients.models import Case, uuid7
from rehab.actions import flag_changes
from rehab.actions.flag_changes import Changes
from rehab.clinical.evaluation import Finding, FindingKind, Reading, Severity
from rehab.models import Flag, FlagSide, FlagState

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
CASE = Case(id=uuid7(), clinic_id=uuid7(), patient_id=uuid7())
RUN = Reading(at=NOW - timedelta(hours=30), what="run", value="5/10", entry_id="run-1")
FINDING = Finding(
    kind=FindingKind.OVER_THE_LINE,
    severity=Severity.ACT,
    side=Side.LEFT,
    since=RUN.at,
    reason="The run reached 5/10.",
    action="A stage back.",
    readings=(RUN,),
    threshold="4 or more",
    rule="A1",
    rule_version="1",
    clears="Seven calm days.",
)


def compare(flags: list[Flag], *findings: Finding, handled: list[Flag] = (), now: datetime = NOW) -> Changes:
    return flag_changes.compare(case=CASE, flags=flags, handled=handled, findings=findings, now=now)


def flag_of(finding: Finding = FINDING, **fields: object) -> Flag:
    (flag,) = compare([], finding).raised
    for name, value in fields.items():
        setattr(flag, name, value)
    return flag


def with_reading(finding: Finding, **changes: object) -> Finding:
    return replace(finding, readings=(*finding.readings, replace(RUN, entry_id="run-2", **changes)))


def test_a_finding_raises_one_flag_with_its_evidence() -> None:
    (flag,) = compare([], FINDING).raised
    assert (flag.side, flag.kind, flag.severity) == ("LEFT", "OVER_THE_LINE", "ACT")
    assert (flag.clinic_id, flag.patient_id, flag.case_id) == (CASE.clinic_id, CASE.patient_id, CASE.id)
    assert (flag.opened_at, flag.seen_at) == (NOW, RUN.at)
    assert flag.evidence["readings"] == [
        {"at": RUN.at.isoformat(), "what": "run", "value": "5/10", "entry_id": "run-1"}
    ]
    assert flag.evidence["threshold"] == "4 or more"
    assert flag.evidence["clears"] == "Seven calm days."


def test_a_finding_about_the_whole_case_has_no_side_of_its_own() -> None:
    assert flag_of(replace(FINDING, side=None)).side == FlagSide.CASE


def test_advice_is_no_flag() -> None:
    assert compare([], replace(FINDING, severity=Severity.ADVISORY)) == Changes()


def test_two_findings_of_one_kind_and_side_are_told_together_as_the_more_urgent() -> None:
    later = replace(
        FINDING,
        severity=Severity.REVIEW,
        since=NOW,
        reason="Another reached 4/10.",
        readings=(replace(RUN, entry_id="run-2"),),
    )
    for order in ((FINDING, later), (later, FINDING)):
        (flag,) = compare([], *order).raised
        assert flag.severity == "ACT"
        assert flag.reason == "The run reached 5/10. Another reached 4/10."
        assert [one["entry_id"] for one in flag.evidence["readings"]] == ["run-1", "run-2"]


def test_a_second_red_flag_of_the_same_side_opens_the_acknowledged_one_again() -> None:
    first = replace(FINDING, kind=FindingKind.RED_FLAG, severity=Severity.URGENT)
    second = replace(first, since=NOW, reason="Another.", readings=(replace(RUN, entry_id="report-2"),))
    flag = flag_of(first, state=FlagState.ACKNOWLEDGED)
    compare([flag], first, second)
    assert flag.state == FlagState.OPEN


def test_the_same_finding_again_changes_nothing() -> None:
    assert compare([flag_of()], FINDING, now=NOW + timedelta(hours=1)).changed == []


def test_new_evidence_updates_the_flag_and_keeps_when_it_was_opened() -> None:
    flag = flag_of()
    changes = compare([flag], with_reading(FINDING, at=NOW), now=NOW + timedelta(hours=1))
    assert changes.raised == []
    assert changes.changed == [flag]
    assert (flag.opened_at, flag.seen_at, flag.state) == (NOW, NOW, FlagState.OPEN)


def test_a_figure_worked_out_at_another_moment_is_no_change() -> None:
    def looked_at(moment: datetime, value: str) -> Finding:
        worked_out = Reading(at=moment, what="sets done", value=value)
        return replace(FINDING, kind=FindingKind.LOW_ADHERENCE, readings=(worked_out,))

    flag = flag_of(looked_at(NOW, "55 %"))
    assert compare([flag], looked_at(NOW + timedelta(days=1), "55 %")).changed == []
    flag.state, flag.acknowledged_at = FlagState.ACKNOWLEDGED, NOW
    assert compare([flag], looked_at(NOW + timedelta(days=1), "52 %")).changed == [flag]
    assert flag.state == FlagState.ACKNOWLEDGED, "a figure that moves with the days is no news"


class TestAcknowledged:
    def test_it_stays_so_without_news(self) -> None:
        flag = flag_of(state=FlagState.ACKNOWLEDGED)
        assert compare([flag], FINDING).changed == []

    def test_new_evidence_opens_it_again(self) -> None:
        flag = flag_of(state=FlagState.ACKNOWLEDGED)
        compare([flag], with_reading(FINDING))
        assert flag.state == FlagState.OPEN

    def test_more_urgent_opens_it_again(self) -> None:
        flag = flag_of(replace(FINDING, severity=Severity.REVIEW), state=FlagState.ACKNOWLEDGED)
        compare([flag], FINDING)
        assert flag.state == FlagState.OPEN

    def test_evidence_that_falls_out_of_the_window_does_not(self) -> None:
        flag = flag_of(with_reading(FINDING), state=FlagState.ACKNOWLEDGED)
        compare([flag], FINDING)
        assert flag.state == FlagState.ACKNOWLEDGED


class TestSnoozed:
    until = NOW + timedelta(days=3)

    def asleep(self, **fields: object) -> Flag:
        return flag_of(state=FlagState.SNOOZED, snoozed_until=self.until, **fields)

    def test_it_sleeps_through_more_of_the_same(self) -> None:
        flag = self.asleep()
        compare([flag], with_reading(FINDING, value="5/10"))
        assert flag.state == FlagState.SNOOZED

    def test_higher_pain_wakes_it_early(self) -> None:
        flag = self.asleep()
        compare([flag], with_reading(FINDING, value="6/10"))
        assert flag.state == FlagState.OPEN

    def test_it_wakes_at_its_time_and_not_a_moment_before(self) -> None:
        flag = self.asleep()
        compare([flag], FINDING, now=self.until - timedelta(microseconds=1))
        assert flag.state == FlagState.SNOOZED
        compare([flag], FINDING, now=self.until)
        assert flag.state == FlagState.OPEN


class TestTheConditionIsGone:
    @pytest.mark.parametrize("state", [FlagState.OPEN, FlagState.ACKNOWLEDGED, FlagState.SNOOZED])
    def test_it_is_resolved_by_nobody(self, state: FlagState) -> None:
        flag = flag_of(state=state, snoozed_until=NOW + timedelta(days=1))
        assert compare([flag]).standing == []
        assert (flag.state, flag.resolved_at, flag.resolved_by_id) == (FlagState.RESOLVED, NOW, None)

    @pytest.mark.parametrize("kind", [FindingKind.RED_FLAG, FindingKind.WORSENING])
    def test_a_red_flag_or_worsening_stays_until_a_physio_resolves_it(self, kind: FindingKind) -> None:
        flag = flag_of(replace(FINDING, kind=kind))
        changes = compare([flag], now=NOW + timedelta(days=400))
        assert changes.changed == []
        assert changes.standing == [flag]


class TestResolvedByAPhysio:
    def solved(self, finding: Finding = FINDING) -> Flag:
        return flag_of(finding, state=FlagState.RESOLVED, resolved_at=NOW, resolved_by_id=uuid7())

    def test_it_does_not_come_back_on_the_same_evidence(self) -> None:
        assert compare([], FINDING, handled=[self.solved()]).raised == []

    def test_it_comes_back_with_new_evidence(self) -> None:
        assert len(compare([], with_reading(FINDING), handled=[self.solved()]).raised) == 1

    def test_a_red_flag_that_the_rules_still_see_comes_back_at_once(self) -> None:
        red = replace(FINDING, kind=FindingKind.RED_FLAG, severity=Severity.URGENT)
        assert len(compare([], red, handled=[self.solved(red)]).raised) == 1


class TestSeenStates:
    """Being ready, or missing sets, is a state: no entry is behind it, and its figures move every day."""

    ready = replace(
        FINDING, kind=FindingKind.READY_TO_PROGRESS, severity=Severity.READY, side=None, readings=(),
        action="Decide about stage 4.",
    )  # fmt: skip

    def on(self, days: int, finding: Finding | None = None) -> tuple[datetime, Finding]:
        at = NOW + timedelta(days=days)
        return at, replace(finding or self.ready, since=at, reason=f"Ready for {days} days.")

    def seen(self) -> Flag:
        return flag_of(
            self.ready, state=FlagState.ACKNOWLEDGED, acknowledged_at=NOW, acknowledged_by_id=uuid7()
        )

    def test_it_asks_for_nobody_the_next_day(self) -> None:
        flag = self.seen()
        now, finding = self.on(13)
        compare([flag], finding, now=now)
        assert flag.state == FlagState.ACKNOWLEDGED and flag.reason == "Ready for 13 days."

    def test_it_is_told_again_after_a_fortnight_and_the_sweep_knows_when(self) -> None:
        flag = self.seen()
        assert flag_changes.wakes_at(flag) == NOW + timedelta(days=14)
        now, finding = self.on(14)
        compare([flag], finding, now=now)
        assert flag.state == FlagState.OPEN and flag_changes.wakes_at(flag) is None

    def test_it_may_come_and_go_in_between(self) -> None:
        gone = self.seen()
        compare([gone], now=NOW + timedelta(days=1))
        assert gone.state == FlagState.RESOLVED
        now, finding = self.on(3)
        (back,) = compare([], finding, handled=[gone], now=now).raised
        assert (back.state, back.acknowledged_by_id) == (FlagState.ACKNOWLEDGED, gone.acknowledged_by_id)
        assert flag_changes.wakes_at(back) == NOW + timedelta(days=14)

    def test_but_not_for_another_stage_and_not_when_more_urgent(self) -> None:
        gone = self.seen()
        compare([gone], now=NOW + timedelta(days=1))
        now, finding = self.on(3, replace(self.ready, action="Decide about stage 5."))
        assert compare([], finding, handled=[gone], now=now).raised[0].state == FlagState.OPEN
        now, finding = self.on(3, replace(self.ready, severity=Severity.REVIEW))
        assert compare([], finding, handled=[gone], now=now).raised[0].state == FlagState.OPEN

    def test_one_that_a_physio_resolved_stays_so_for_a_fortnight(self) -> None:
        done = flag_of(self.ready, state=FlagState.RESOLVED, resolved_at=NOW, resolved_by_id=uuid7())
        now, finding = self.on(13)
        assert compare([], finding, handled=[done], now=now).raised == []
        now, finding = self.on(14)
        assert compare([], finding, handled=[done], now=now).raised[0].state == FlagState.OPEN

    def test_the_next_look_at_progress_is_news_and_the_days_between_are_not(self) -> None:
        stalled = replace(self.ready, kind=FindingKind.STALLED_8W, severity=Severity.REVIEW, since=NOW)
        flag = flag_of(stalled, state=FlagState.ACKNOWLEDGED, acknowledged_at=NOW, acknowledged_by_id=uuid7())
        compare([flag], stalled, now=NOW + timedelta(days=20))
        assert flag.state == FlagState.ACKNOWLEDGED
        compare([flag], replace(stalled, since=NOW + timedelta(days=28)), now=NOW + timedelta(days=28))
        assert flag.state == FlagState.OPEN


class TestCalmAnswers:
    @pytest.mark.parametrize(
        ("what", "value", "opens"),
        [
            ("CHECK_24H at 24 h", "2/10", False),
            ("CHECK_24H at 24 h", "5/10", False),
            ("CHECK_24H at 24 h", "6/10", True),
            ("MORNING at 14 h", "0/10", False),
            ("run", "20 min", True),
            ("worst pain", "1/10", True),
            ("set session AM", "3/10", True),
        ],
    )
    def test_only_what_speaks_for_it_opens_a_seen_flag(self, what: str, value: str, opens: bool) -> None:
        flag = flag_of(state=FlagState.ACKNOWLEDGED)
        compare([flag], with_reading(FINDING, what=what, value=value))
        assert (flag.state == FlagState.OPEN) is opens
