"""What the physio found is stored once, with what it suggested and what was decided, as the app role."""

from collections.abc import Generator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from assessments.actions import assessments
from assessments.actions.entry import AssessmentEntry, ScreenEntry, TendonEntry, Trigger
from assessments.clinical.classification import TendinopathyType
from assessments.clinical.clinic_screen import ASKED
from assessments.clinical.findings import Finding
from assessments.clinical.history import NEVER, Exposure
from assessments.clinical.red_flags import Pathway
from assessments.clinical.sides import Side
from assessments.models import Assessment, OutcomeScore, TendonFinding
from assessments.queries.assessments import latest
from patients.actions.physio_acts import ActRefused
from patients.models import Case, CaseStatus, Person, TendonSide, uuid7
from physio.web.tenancy import tenant
from tests.rehab.runner import NOW, Runner, make_runner

pytestmark = pytest.mark.django_db
BORN = date(1990, 5, 4)


@pytest.fixture
def runner() -> Generator[Runner, None, None]:
    made = make_runner(stage=None)
    with tenant(clinic_id=made.clinic.pk, actor=made.physio.user_id, role="CLINICIAN"):
        Person.objects.update(birth_date=BORN)
        yield made


def all_no(**said: object) -> ScreenEntry:
    """Everything was asked, and none of it is so."""
    never = dict.fromkeys(
        ("fluoroquinolone", "injection_near_tendon", "oral_steroid", "rupture_or_repair"), NEVER
    )
    return ScreenEntry(**{"answers": dict.fromkeys(ASKED, False), **never, "sudden_onset": False, **said})


def not_asked() -> ScreenEntry:
    return ScreenEntry(answers=dict.fromkeys(ASKED))


def mid_portion(side: Side = Side.LEFT, **said: object) -> TendonEntry:
    found = {"tender_cm": 4.5, "thickening": True, "stretch_pain": False, "usual_pain": 1, "worst_pain": 5}
    return TendonEntry(side=side, **{**found, **said})


def an_entry(*tendons: TendonEntry, **said: object) -> AssessmentEntry:
    return AssessmentEntry(
        **{"id": uuid7(), "screen": all_no(), "tendons": tendons or (mid_portion(),), **said}
    )


def record(runner: Runner, entry: AssessmentEntry, now: datetime = NOW) -> Assessment:
    return assessments.record(case=runner.case, entry=entry, by=runner.physio, now=now)


def test_an_assessment_is_stored_with_its_suggestion_and_makes_the_case_due(runner: Runner) -> None:
    stored = record(runner, an_entry(triggers=frozenset({Trigger.HILLS}), pre_injury_week_m=40_000))
    finding = TendonFinding.objects.get()
    assert (stored.kind, stored.pathway, stored.red_flags) == ("INITIAL", "NONE", [])
    assert (finding.suggested_type, finding.confidence, finding.suggested_protocol) == (
        "MIDPORTION",
        "HIGH",
        "STEP",
    )
    assert (finding.decided_type, finding.usual_pain, finding.worst_pain) == ("MIDPORTION", 1, 5)
    assert (stored.facts["triggers"], stored.facts["pre_injury_week_m"]) == (["HILLS"], 40_000)
    assert stored.facts["not_asked"] == []
    assert Case.objects.get().evaluation_due_at == NOW


def test_going_back_to_the_form_and_finding_a_red_flag_is_another_assessment(runner: Runner) -> None:
    """The form still has its id of before; what was found last must not be lost."""
    calm = an_entry(mid_portion(visa_a=61))
    record(runner, calm)
    found = replace(calm, screen=all_no(answers=dict.fromkeys(ASKED, False) | {Finding.POP_OR_SNAP: True}))
    later = replace(found, tendons=(mid_portion(usual_pain=4, visa_a=61),))
    for entry in (calm, found, found, later, calm):
        record(runner, entry, NOW + timedelta(minutes=1))
    stored = list(Assessment.objects.order_by("assessed_at", "id"))
    assert [one.red_flags for one in stored] == [[], ["POP_OR_SNAP"], ["POP_OR_SNAP"]]


def test_the_same_form_again_stores_nothing(runner: Runner) -> None:
    entry = an_entry()
    assert record(runner, entry).pk == record(runner, entry).pk
    assert (Assessment.objects.count(), TendonFinding.objects.count()) == (1, 1)


def test_a_second_assessment_is_a_review(runner: Runner) -> None:
    record(runner, an_entry())
    assert record(runner, an_entry()).kind == "REVIEW"


def test_both_legs_have_their_own_record_and_score(runner: Runner) -> None:
    both = make_runner(sides=(TendonSide.LEFT, TendonSide.RIGHT), stage=None, slug="quay")
    with tenant(clinic_id=both.clinic.pk, actor=both.physio.user_id, role="CLINICIAN"):
        entry = an_entry(mid_portion(visa_a=0), mid_portion(Side.RIGHT, tender_cm=1.0, stretch_pain=True))
        record(both, entry)
        found = {row.tendon.side: row.decided_type for row in TendonFinding.objects.all()}
        assert found == {"LEFT": "MIDPORTION", "RIGHT": "INSERTIONAL"}
        assert [(score.tendon.side, score.value) for score in OutcomeScore.objects.all()] == [("LEFT", 0)]


def test_a_leg_left_out_is_refused(runner: Runner) -> None:
    with pytest.raises(ActRefused, match="each affected leg"):
        record(runner, an_entry(mid_portion(Side.RIGHT)))
    assert not Assessment.objects.exists()


def test_a_form_without_a_word_is_refused(runner: Runner) -> None:
    blank = an_entry(TendonEntry(side=Side.LEFT, override_reason=" "), note=" ", screen=not_asked())
    with pytest.raises(ActRefused, match="Nothing is filled in yet"):
        record(runner, blank)
    assert not Assessment.objects.exists()


@pytest.mark.parametrize(
    "said",
    [
        {"note": "Came for a talk."},
        {"triggers": frozenset({Trigger.SPEED})},
        {"reference_week_minutes": 0},
        {"pre_injury_week_m": 0},
        {"screen": ScreenEntry(answers={Finding.SUSPECTED_DVT: False})},
        {"screen": ScreenEntry(oral_steroid=NEVER)},
        {"tendons": (TendonEntry(side=Side.LEFT, usual_pain=0),)},
        {"tendons": (TendonEntry(side=Side.LEFT, stretch_pain=False),)},
    ],
)
def test_one_answer_is_enough_and_zero_and_no_are_answers(runner: Runner, said: dict) -> None:
    blank = {"screen": not_asked(), "tendons": (TendonEntry(side=Side.LEFT),)}
    record(runner, an_entry(**{**blank, **said}))
    assert Assessment.objects.count() == 1


def test_another_type_needs_a_reason(runner: Runner) -> None:
    other = mid_portion(decided_type=TendinopathyType.INSERTIONAL)
    with pytest.raises(ActRefused, match="Write down why") as refused:
        record(runner, an_entry(other))
    assert refused.value.field == "left-override_reason"
    record(runner, an_entry(replace(other, override_reason="Scan shows the insertion.")))
    assert TendonFinding.objects.get().override_reason == "Scan shows the insertion."


def test_nothing_tested_is_kept_as_nothing_tested(runner: Runner) -> None:
    record(runner, an_entry(TendonEntry(side=Side.LEFT)))
    finding = TendonFinding.objects.get()
    assert (finding.tender_cm, finding.thickening, finding.stretch_pain) == (None, None, None)
    assert (finding.usual_pain, finding.decided_type) == (None, "UNCLASSIFIED")


def test_one_red_flag_is_named_and_the_most_urgent_pathway_wins(runner: Runner) -> None:
    answers = {**dict.fromkeys(ASKED, False), Finding.POP_OR_SNAP: True, Finding.DIABETES: True}
    stored = record(runner, an_entry(screen=all_no(answers=answers)))
    assert (stored.red_flags, stored.pathway) == (["POP_OR_SNAP"], "URGENT_SAME_DAY")
    assert stored.facts["other_findings"] == ["DIABETES"]


def test_a_screen_that_was_not_asked_is_missing_not_no(runner: Runner) -> None:
    record(runner, an_entry(screen=ScreenEntry()))
    read = latest(runner.case.pk)
    assert read is not None
    assert set(read.screening.missing) >= ASKED
    assert read.screening.pathway is Pathway.NONE


@pytest.mark.parametrize(("day", "found"), [(date(2026, 9, 23), True), (date(2026, 9, 22), False)])
def test_the_days_since_a_fluoroquinolone_are_counted(runner: Runner, day: date, found: bool) -> None:
    stored = record(runner, an_entry(screen=all_no(fluoroquinolone=Exposure(True, day))))
    assert (stored.red_flags == ["FLUOROQUINOLONE_RECENT"]) is found


def test_the_runners_own_day_counts(runner: Runner) -> None:
    """At 13:30 in London it is already tomorrow in Auckland, where this runner lives."""
    far = make_runner(stage=None, slug="far", time_zone="Pacific/Auckland")
    with tenant(clinic_id=far.clinic.pk, actor=far.physio.user_id, role="CLINICIAN"):
        now = datetime(2026, 11, 22, 13, 30, tzinfo=UTC)
        taken_today = all_no(fluoroquinolone=Exposure(True, date(2026, 11, 23)))
        assert record(far, an_entry(screen=taken_today), now).red_flags[0] == "FLUOROQUINOLONE_NOW"


def test_an_unknown_birth_date_is_missing_until_it_is_asked(runner: Runner) -> None:
    Person.objects.update(birth_date=None)
    record(runner, an_entry())
    assert latest(runner.case.pk).screening.missing == (Finding.UNDER_18,)
    answers = {**dict.fromkeys(ASKED, False), Finding.UNDER_18: False}
    record(runner, an_entry(screen=all_no(answers=answers)), NOW.replace(hour=19))
    assert latest(runner.case.pk).screening.is_complete


def test_a_closed_case_is_not_assessed(runner: Runner) -> None:
    Case.objects.update(status=CaseStatus.CLOSED, closed_at=NOW)
    with pytest.raises(ActRefused, match="closed"):
        record(runner, an_entry())


def test_neither_a_stranger_nor_the_runner_can_assess(runner: Runner) -> None:
    other = make_runner(slug="quay")
    for by in (other.physio, runner.member):
        with pytest.raises(Case.DoesNotExist):
            assessments.record(case=runner.case, entry=an_entry(), by=by, now=NOW)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"usual_pain": 11}, "usual_pain_range"),
        ({"tender_cm": "20.5"}, "tender_cm_range"),
        ({"tender_cm": None, "second_tender_cm": 4}, "most_tender_point_first"),
        ({"decided_type": "MIXED"}, "other_type_with_a_reason"),
    ],
)
def test_the_database_refuses_it_too(runner: Runner, change: dict, constraint: str) -> None:
    stored = record(runner, an_entry())
    row = TendonFinding.objects.values().get()
    twin = {**row, "id": uuid7(), "assessment_id": stored.pk, **change}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        TendonFinding.objects.create(**twin)


def test_an_assessment_is_never_edited(runner: Runner) -> None:
    record(runner, an_entry())
    for write in (lambda: Assessment.objects.update(note="x"), lambda: TendonFinding.objects.all().delete()):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            write()
