"""The pages on which a physio assesses, prescribes, moves and clears: without JavaScript, as plain posts."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.clinical.findings import Finding
from assessments.models import Assessment, OutcomeScore, RedFlagClearance, TendonFinding
from patients.models import AccessEvent, Case, Person, Role, TendonSide, uuid7
from rehab.actions import red_flags
from rehab.models import Flag, Plan, StageChange
from tests.factories import make_member
from tests.rehab.actions.cases import BORN, LOW, MID, assess, at_work, new_runner
from tests.rehab.runner import Runner, make_runner
from tests.sign_in import patient_client, staff_client

pytestmark = pytest.mark.django_db
PAGES = ("assessment_new", "plan_new", "plan_print", "stage_move", "red_flag_clear")
YESTERDAY = timezone.now() - timedelta(days=1)
NEVER_TICKED = {"asked": "on"}


@pytest.fixture
def runner() -> Runner:
    return new_runner(opened_at=YESTERDAY)


@pytest.fixture
def physio(runner: Runner) -> Client:
    return staff_client(runner.physio)


def address(name: str, runner: Runner) -> str:
    return reverse(name, kwargs={"case_id": runner.case.pk})


def an_assessment(**said: object) -> dict[str, object]:
    left = {
        "left-tender_cm": "4.5",
        "left-thickening": "yes",
        "left-stretch_pain": "no",
        "left-toe_rise": "yes",
        "left-usual_pain": "1",
        "left-worst_pain": "5",
    }
    return {"id": str(uuid7()), **NEVER_TICKED, **left, **said}


def a_plan(**said: object) -> dict[str, object]:
    dose = {
        "sets": "3", "reps": "15", "sessions_per_day": "2", "days_per_week": "7",
        "knees": ["STRAIGHT", "BENT"], "tempo_low_s": "3", "tempo_high_s": "5", "start_sets": "2",
    }  # fmt: skip
    left = {f"left-{name}": value for name, value in dose.items()}
    start = {"starts_on": timezone.now().date().isoformat(), "track": "FRAMEWORK", "stage": "1"}
    key = {"left-key": str(uuid7())}
    return {"left-protocol": "STEP", "left-dose_of": "STEP", **left, **start, **key, **said}


def assessed(runner: Runner, *found: Finding, leg: dict | None = None) -> None:
    with at_work(runner):
        assess(runner, *found, leg=leg or MID, now=timezone.now() - timedelta(minutes=10))


@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_finds_nothing(runner: Runner, name: str) -> None:
    other = make_runner(slug="quay")
    for client in (staff_client(other.physio), patient_client(other.member), patient_client(runner.member)):
        assert client.get(address(name, runner)).status_code == 404
        assert client.post(address(name, runner), {}).status_code in (404, 405)


@pytest.mark.parametrize("name", PAGES)
def test_reception_may_not(runner: Runner, name: str) -> None:
    desk = make_member(runner.clinic, Role.RECEPTION)
    assert staff_client(desk).get(address(name, runner)).status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_nobody_in_particular_is_sent_to_sign_in(runner: Runner, name: str) -> None:
    assert client_status(Client(), address(name, runner)) == 302


def client_status(client: Client, where: str) -> int:
    return client.get(where).status_code


# assessment


def test_an_assessment_is_saved_and_leads_to_the_plan(runner: Runner, physio: Client) -> None:
    page = physio.get(address("assessment_new", runner))
    assert page.status_code == 200
    form = an_assessment(**{"left-visa_a": "0", "triggers": ["HILLS"], "pre_injury_week_km": "42"})
    for _twice in range(2):
        answer = physio.post(address("assessment_new", runner), form)
        assert (answer.status_code, answer.url) == (302, address("plan_new", runner))
    with at_work(runner):
        stored, finding = Assessment.objects.get(), TendonFinding.objects.get()
        assert (stored.facts["pre_injury_week_m"], stored.facts["not_asked"]) == (42_000, [])
        assert (finding.suggested_type, float(finding.tender_cm)) == ("MIDPORTION", 4.5)
        assert OutcomeScore.objects.get().value == 0
        event = AccessEvent.objects.get(method="GET")
        assert (event.route, event.case_id, event.patient_id) == (
            "assessment_new",
            runner.case.pk,
            runner.patient.pk,
        )


def test_an_untouched_page_is_no_assessment(runner: Runner, physio: Client) -> None:
    answer = physio.post(address("assessment_new", runner), {"id": str(uuid7())})
    assert answer.status_code == 422
    assert "Nothing is filled in yet. Answer the safety screen" in answer.content.decode()
    with at_work(runner):
        assert not Assessment.objects.exists()


def test_what_the_page_was_not_told_is_not_recorded_as_no(runner: Runner, physio: Client) -> None:
    physio.post(address("assessment_new", runner), {"id": str(uuid7()), "note": "No time to examine today."})
    with at_work(runner):
        finding = TendonFinding.objects.get()
        assert (finding.tender_cm, finding.thickening, finding.usual_pain) == (None, None, None)
        assert len(Assessment.objects.get().facts["not_asked"]) > 20
    answer = physio.post(address("plan_new", runner), a_plan())
    assert answer.status_code == 422
    assert "Finish the safety screen" in answer.content.decode()


def test_the_suggestion_comes_without_storing(runner: Runner, physio: Client) -> None:
    answer = physio.post(address("assessment_new", runner), an_assessment(preview="1"))
    words = answer.content.decode()
    assert answer.status_code == 200
    assert "Mid-portion type" in words
    assert "Heel drops off a step, 3 × 15, straight and bent knee, morning and evening" in words
    assert 'value="4.5"' in words
    assert "<html" in words
    with at_work(runner):
        assert not Assessment.objects.exists()


def test_htmx_gets_only_the_suggestion(runner: Runner, physio: Client) -> None:
    answer = physio.post(
        address("assessment_new", runner),
        an_assessment(preview="1"),
        headers={"HX-Request": "true", "HX-Target": "suggestion"},
    )
    words = answer.content.decode().strip()
    assert words.startswith('<div id="suggestion"')
    assert "<html" not in words


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"left-tender_cm": "21"}, "Give a number of centimetres from 0 to 20."),
        ({"left-tender_cm": "low"}, "Give a number of centimetres from 0 to 20."),
        ({"left-tender_cm": "", "left-second_tender_cm": "1"}, "Record the most tender point before"),
        ({"left-worst_pain": "0"}, "The worst pain cannot be less than the usual pain."),
        ({"left-usual_pain": "2.5"}, "Select a valid choice"),
        ({"left-visa_a": "101"}, "VISA-A is a whole number from 0 to 100."),
        ({"fluoroquinolone": "on", "fluoroquinolone_day": "2999-01-01"}, "That day is still to come."),
        ({"left-decided_type": "INSERTIONAL"}, "Write down why you decide otherwise."),
    ],
)
def test_bad_answers_come_back_with_a_sentence(
    runner: Runner, physio: Client, said: dict, sentence: str
) -> None:
    answer = physio.post(address("assessment_new", runner), an_assessment(note="My long note.", **said))
    words = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in words
    assert "My long note." in words
    assert 'href="#id_' in words
    with at_work(runner):
        assert not Assessment.objects.exists()


def test_a_red_flag_suspends_and_leads_back_to_the_case(runner: Runner, physio: Client) -> None:
    answer = physio.post(address("assessment_new", runner), an_assessment(**{"left-toe_rise": "no"}))
    assert answer.url == reverse("case", kwargs={"case_id": runner.case.pk})
    with at_work(runner):
        assert Assessment.objects.get().red_flags == ["CANNOT_RISE_ON_TOES"]
        assert Flag.objects.get().kind == "RED_FLAG"
        assert Case.objects.get().suspended_at is not None
    page = physio.get(address("plan_new", runner)).content.decode()
    assert "No plan can be assigned until a recorded examination" in page


def test_both_legs_are_assessed_on_one_page() -> None:
    both = new_runner(slug="both", sides=(TendonSide.LEFT, TendonSide.RIGHT), opened_at=YESTERDAY)
    client = staff_client(both.physio)
    right = {"right-tender_cm": "1", "right-stretch_pain": "yes", "right-toe_rise": "yes"}
    assert client.post(address("assessment_new", both), an_assessment(**right)).status_code == 302
    page = client.get(address("plan_new", both)).content.decode()
    assert "Left leg:" in page
    assert "Right leg:" in page
    with at_work(both):
        assert set(TendonFinding.objects.values_list("decided_type", flat=True)) == {
            "MIDPORTION",
            "INSERTIONAL",
        }


# plan


def test_a_plan_is_saved_and_running_starts(runner: Runner, physio: Client) -> None:
    assessed(runner)
    page = physio.get(address("plan_new", runner)).content.decode()
    assert page.index("Heel drops off a step") < page.index("Isometric holds")
    form = a_plan()
    for _twice in range(2):
        answer = physio.post(address("plan_new", runner), form)
        assert answer.status_code == 302, answer.context["forms"].faults
    with at_work(runner):
        plan, start = Plan.objects.get(), StageChange.objects.get()
        assert (plan.protocol, plan.knees, plan.version) == ("STEP", ["STRAIGHT", "BENT"], 1)
        assert (start.kind, start.to_stage, start.track) == ("START", 1, "FRAMEWORK")


def test_a_step_for_an_insertional_leg_is_refused_without_a_reason(runner: Runner, physio: Client) -> None:
    assessed(runner, leg={**LOW, "thickening": True})
    form = a_plan(**{"left-reps": "12", "left-override_reason": ""})
    answer = physio.post(address("plan_new", runner), form)
    words = answer.content.decode()
    assert answer.status_code == 422
    assert "the heel goes below neutral" in words
    assert 'id="id_left-override_reason_error"' in words
    assert 'value="12"' in words
    with at_work(runner):
        assert not Plan.objects.exists()
        assert not StageChange.objects.exists()
    again = physio.post(address("plan_new", runner), {**form, "left-override_reason": "Late, no pain."})
    assert again.status_code == 302
    with at_work(runner):
        assert Plan.objects.get().override_reason == "Late, no pain."


def test_the_dose_follows_the_protocol_before_it_is_saved(runner: Runner, physio: Client) -> None:
    """Without JavaScript the dose on the page may belong to another protocol: shown again, never stored."""
    assessed(runner)
    form = a_plan(**{"left-protocol": "FLAT"})
    answer = physio.post(address("plan_new", runner), form)
    assert answer.status_code == 422
    assert "The dose was filled in for this protocol" in answer.content.decode()
    leg = answer.context["forms"].legs["LEFT"]
    assert (leg["knees"].value(), leg["dose_of"].value()) == (["STRAIGHT"], "FLAT")
    assert (
        physio.post(
            address("plan_new", runner), {**form, "left-dose_of": "FLAT", "left-knees": ["STRAIGHT"]}
        ).status_code
        == 302
    )


def test_a_preview_fills_in_and_stores_nothing(runner: Runner, physio: Client) -> None:
    assessed(runner)
    answer = physio.post(
        address("plan_new", runner),
        a_plan(**{"left-protocol": "MAINTENANCE_FLAT", "preview": "1"}),
        headers={"HX-Request": "true", "HX-Target": "filled-left"},
    )
    words = answer.content.decode().strip()
    assert answer.status_code == 200
    assert words.startswith('<div id="filled-left"')
    assert "2 days a week" in words
    with at_work(runner):
        assert not Plan.objects.exists()


def test_a_change_makes_a_new_version_and_no_change_none(runner: Runner, physio: Client) -> None:
    assessed(runner)
    physio.post(address("plan_new", runner), a_plan())
    same = physio.post(address("plan_new", runner), a_plan())
    assert same.status_code == 422
    assert "Nothing has changed" in same.content.decode()
    assert physio.post(address("plan_new", runner), a_plan(**{"left-sets": "2"})).status_code == 302
    with at_work(runner):
        assert list(Plan.objects.order_by("version").values_list("sets", flat=True)) == [3, 2]
        assert StageChange.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"left-sets": "0"}, "Give a whole number from 1 to 10."),
        ({"left-knees": []}, "Choose at least one knee position."),
        ({"left-tempo_low_s": "6"}, "The slower tempo cannot be shorter"),
        ({"left-start_sets": "4"}, "The sets to start with cannot be more"),
        ({"starts_on": "2020-01-01"}, "A plan starts today or later"),
        ({"starts_on": "soon"}, "That is not a date."),
        ({"stage": "4"}, "Write down why running starts above stage 1."),
        ({"left-protocol": "HOPPING"}, "Select a valid choice"),
        ({"REGRESS_MIN": "9", "REGRESS_MIN_reason": "x"}, "Give a whole number from 1 to 6."),
        ({"REGRESS_MIN": "5"}, "Write down why this is changed."),
    ],
)
def test_a_bad_plan_comes_back_with_a_sentence(
    runner: Runner, physio: Client, said: dict, sentence: str
) -> None:
    assessed(runner)
    answer = physio.post(address("plan_new", runner), a_plan(**said))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    with at_work(runner):
        assert not Plan.objects.exists()


def test_a_refusal_for_one_leg_stores_nothing_for_the_other() -> None:
    both = new_runner(slug="both", sides=(TendonSide.LEFT, TendonSide.RIGHT), opened_at=YESTERDAY)
    assessed(both, leg={**LOW, "thickening": True})
    client = staff_client(both.physio)
    flat = {"left-protocol": "FLAT", "left-dose_of": "FLAT", "left-knees": ["STRAIGHT"]}
    right = {name.replace("left", "right"): value for name, value in a_plan().items() if "left" in name}
    answer = client.post(address("plan_new", both), a_plan(**flat, **right))
    assert answer.status_code == 422
    assert 'id="id_right-override_reason_error"' in answer.content.decode()
    with at_work(both):
        assert not Plan.objects.exists()


def test_without_an_assessment_the_page_says_what_to_do_first(runner: Runner, physio: Client) -> None:
    page = physio.get(address("plan_new", runner))
    assert "record one first" in page.content.decode()
    assert physio.post(address("plan_new", runner), a_plan()).status_code == 422


# stage


@pytest.fixture
def settled() -> Runner:
    made = make_runner(slug="settled", opened_at=timezone.now() - timedelta(days=40))
    with at_work(made):
        Person.objects.update(birth_date=BORN)
    return made


def test_a_stage_is_held_with_a_reason(settled: Runner) -> None:
    client = staff_client(settled.physio)
    page = client.get(address("stage_move", settled)).content.decode()
    assert "Stage 3: 20–25 min easy" in page
    assert "4 sessions in this stage" in page
    form = {"act": "HOLD", "from_stage": "3"}
    refused = client.post(address("stage_move", settled), form)
    assert refused.status_code == 422
    assert "Write down the reason." in refused.content.decode()
    assert client.post(address("stage_move", settled), {**form, "reason": "Travels."}).status_code == 302
    with at_work(settled):
        assert [row.kind for row in StageChange.objects.order_by("at")] == ["START", "HOLD"]


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"act": "PROGRESS", "from_stage": "3", "reason": "Please."}, "not open yet"),
        ({"act": "STEP_BACK", "from_stage": "4", "reason": "Sore.", "to_stage": "1"}, "Look again"),
        ({"act": "STEP_BACK", "from_stage": "3", "reason": "Sore.", "to_stage": "5"}, "below 3"),
        ({"act": "RESUME", "from_stage": "3", "reason": "Fit.", "to_stage": "3"}, "not paused"),
        ({"act": "RESUME", "from_stage": "3", "reason": "Fit."}, "Choose the stage"),
        ({"act": "FLY", "from_stage": "3"}, "Select a valid choice"),
        ({}, "This field is required"),
    ],
)
def test_a_stage_does_not_move_on_a_bad_form(settled: Runner, form: dict, sentence: str) -> None:
    answer = staff_client(settled.physio).post(address("stage_move", settled), form)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    with at_work(settled):
        assert StageChange.objects.count() == 1


# red flag

NORMAL = {
    **dict.fromkeys(("calf_squeeze", "palpable_gap", "toe_rise", "weight_bearing"), "NORMAL"),
    "resume_at": "0",
}


def reported(runner: Runner, *findings: Finding) -> None:
    now = timezone.now() - timedelta(hours=1)
    entry = red_flags.RedFlagEntry(client_id=uuid4(), findings=findings)
    with runner.signed_in():
        red_flags.report(case=runner.case, entry=entry, by=runner.member, now=now)


def seen(page: str) -> list[str]:
    """What the form sends back of what it showed."""
    return re.findall(r'name="seen" value="([^"]+)"', page)


def test_a_report_that_came_in_while_the_form_was_filled_in_is_read_first(settled: Runner) -> None:
    """The same finding on the other day: named in the form, and yet nobody examined for it."""
    reported(settled, Finding.POP_OR_SNAP)
    client = staff_client(settled.physio)
    form = {**NORMAL, "ruled_out": ["POP_OR_SNAP"], "note": "All normal."}
    form["seen"] = seen(client.get(address("red_flag_clear", settled)).content.decode())
    reported(settled, Finding.POP_OR_SNAP)
    answer = client.post(address("red_flag_clear", settled), form)
    assert answer.status_code == 422
    assert "Something newer came in meanwhile." in answer.content.decode()
    with at_work(settled):
        assert Case.objects.get().suspended_at is not None
    form["seen"] = seen(answer.content.decode())  # it is shown now
    assert len(form["seen"]) == 2
    assert client.post(address("red_flag_clear", settled), form).status_code == 302


def test_a_red_flag_is_cleared_by_a_recorded_examination(settled: Runner) -> None:
    reported(settled, Finding.POP_OR_SNAP)
    client = staff_client(settled.physio)
    shown = client.get(address("red_flag_clear", settled)).content.decode()
    assert "pop or snap" in shown
    form = {**NORMAL, "ruled_out": ["POP_OR_SNAP"], "note": "All normal.", "seen": seen(shown)}
    assert client.post(address("red_flag_clear", settled), form).status_code == 302
    with at_work(settled):
        assert RedFlagClearance.objects.get().note == "All normal."
        assert Case.objects.get().suspended_at is None
    page = client.get(address("stage_move", settled)).content.decode()
    assert "Running waits after the suspension" in page
    resume = {"act": "RESUME", "from_stage": "1", "to_stage": "2", "reason": "Settled."}
    assert client.post(address("stage_move", settled), resume).status_code == 302


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"calf_squeeze": "ABNORMAL"}, "A test is abnormal, so the red flag stays"),
        ({"toe_rise": ""}, "Do and record this test."),
        ({"ruled_out": []}, "Say that each reported finding was ruled out."),
        ({"note": " "}, "Write down what you found."),
        ({"resume_at": "5"}, "Select a valid choice"),
    ],
)
def test_a_red_flag_stays_on_a_bad_form(settled: Runner, said: dict, sentence: str) -> None:
    reported(settled, Finding.POP_OR_SNAP)
    client = staff_client(settled.physio)
    shown = seen(client.get(address("red_flag_clear", settled)).content.decode())
    form = {**NORMAL, "ruled_out": ["POP_OR_SNAP"], "note": "Long words kept.", "seen": shown, **said}
    answer = client.post(address("red_flag_clear", settled), form)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    with at_work(settled):
        assert Flag.objects.get().state == "OPEN"
        assert Case.objects.get().suspended_at is not None
        assert not RedFlagClearance.objects.exists()


def test_there_is_nothing_to_clear_on_a_quiet_case(settled: Runner) -> None:
    client = staff_client(settled.physio)
    assert "Nothing suspends this case" in client.get(address("red_flag_clear", settled)).content.decode()
    assert client.post(address("red_flag_clear", settled), {"note": "x"}).status_code == 422


# print


def test_the_printed_plan_says_what_to_do_and_whom_to_call(settled: Runner) -> None:
    words = staff_client(settled.physio).get(address("plan_print", settled)).content.decode()
    for part in ("Heel drops off a step", "Stage 3: 20–25 min easy", "Stop the run at 3", "020 7946 0018"):
        assert part in words


def test_a_suspended_plan_is_not_printed(settled: Runner) -> None:
    reported(settled, Finding.POP_OR_SNAP)
    words = staff_client(settled.physio).get(address("plan_print", settled)).content.decode()
    assert "This plan is on hold" in words
    assert "Heel drops" not in words


# speed


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("assessment_new", 12),
        ("plan_new", 18),
        ("stage_move", 30),
        ("red_flag_clear", 30),
        ("plan_print", 36),
    ],
)
def test_the_number_of_queries_does_not_grow(
    settled: Runner, name: str, most: int, django_assert_max_num_queries
) -> None:
    """With two legs and several versions, as with one."""
    both = make_runner(slug="both", sides=(TendonSide.LEFT, TendonSide.RIGHT))
    for one in (settled, both):
        client = staff_client(one.physio)
        client.get(address(name, one))
        with django_assert_max_num_queries(most) as counted:
            client.get(address(name, one))
        if one is settled:
            first = len(counted)
    assert len(counted) == first


def test_earlier_assessments_stand_beside_the_new_one_and_fill_in_nothing(
    runner: Runner, physio: Client
) -> None:
    form = an_assessment(**{"left-visa_a": "48", "left-tendins_a": "40", "left-heel_rises": "18"})
    assert "Earlier assessments" not in physio.get(address("assessment_new", runner)).text
    physio.post(address("assessment_new", runner), form)
    page = physio.get(address("assessment_new", runner)).text
    for said in ("Earlier assessments", "4.5 cm", "VISA-A 48", "TENDINS-A 40", "heel rises 18", "5/10"):
        assert said in page, said
    assert 'name="left-tender_cm" min="0" max="20" step="0.5" placeholder=" " value=""' in page
    with at_work(runner):
        assert {one.instrument for one in OutcomeScore.objects.all()} == {"VISA_A", "TENDINS_A", "HEEL_RISE"}
