"""A finding as evidence: one for each side and kind, everything shown, the same digest for the same facts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from assessments.clinical.sides import Side
from rehab.clinical.evaluation import Finding, FindingKind, Reading, Severity
from rehab.clinical.evidence import RANK, digest, evidence_of, one_for_each

AT = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
READING = Reading(at=AT, what="24 h check", value="3/10", entry_id="one")
FINDING = Finding(
    kind=FindingKind.ELEVATED_24H,
    severity=Severity.REVIEW,
    side=Side.LEFT,
    since=AT,
    reason="Still 3/10 at 24 h.",
    action="Shorten the next run.",
    readings=(READING,),
    threshold="baseline + 1",
    rule="A2",
    rule_version="1",
    missing=("48 h check",),
    clears="back at baseline",
)


def test_the_evidence_holds_all_that_a_page_shows() -> None:
    told = evidence_of(FINDING)
    assert told["readings"] == [
        {"at": "2026-11-16T09:00:00+00:00", "what": "24 h check", "value": "3/10", "entry_id": "one"}
    ]
    assert (told["rule"], told["missing"], told["clears"]) == ("A2", ["48 h check"], "back at baseline")


def test_two_of_one_side_and_kind_are_told_together_and_the_worse_one_leads() -> None:
    later = replace(
        FINDING, since=AT + timedelta(days=2), severity=Severity.ACT, reason="Again.", readings=(READING,)
    )
    (one,) = one_for_each([later, FINDING]).values()
    assert (one.severity, one.since, one.reason) == (Severity.ACT, AT, "Still 3/10 at 24 h. Again.")
    assert one.readings == (READING,)


def test_sides_and_kinds_stay_apart_and_advice_is_left_out() -> None:
    found = [
        FINDING,
        replace(FINDING, side=Side.RIGHT),
        replace(FINDING, side=None),
        replace(FINDING, kind=FindingKind.WEEK_LOAD, severity=Severity.ADVISORY),
    ]
    assert set(one_for_each(found)) == {(side, "ELEVATED_24H") for side in ("LEFT", "RIGHT", "CASE")}


def test_the_digest_changes_with_every_fact_and_with_nothing_else() -> None:
    assert digest(FINDING) == digest(replace(FINDING))
    changed = [
        replace(FINDING, severity=Severity.ACT),
        replace(FINDING, reason="Still 4/10 at 24 h."),
        replace(FINDING, readings=(replace(READING, value="4/10"),)),
        replace(FINDING, missing=()),
    ]
    assert len({digest(one) for one in [FINDING, *changed]}) == 5


def test_a_figure_worked_out_when_looking_is_hashed_without_its_moment() -> None:
    def looked(at: datetime) -> str:
        return digest(replace(FINDING, readings=(Reading(at=at, what="adherence", value="58 %"),)))

    assert looked(AT) == looked(AT + timedelta(days=1))


def test_more_urgent_ranks_higher() -> None:
    assert RANK["URGENT"] > RANK["ACT"] > RANK["REVIEW"] > RANK["ADVISORY"]
