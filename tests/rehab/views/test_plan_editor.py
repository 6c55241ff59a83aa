"""Plan editor: one change for all days to come, a new type, the clinic's own templates, an end."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from patients.models import Person, uuid7
from rehab.models import CaseNote, NoteDraft, OwnTemplate, Plan
from tests import factories
from tests.rehab.actions.cases import BORN, LOW, MID, assess, at_work, new_runner
from tests.rehab.runner import Runner, make_runner
from tests.rehab.views.test_clinic_acts import a_plan
from tests.sign_in import patient_client, staff_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def runner() -> Runner:
    found = make_runner(stage=3, opened_at=timezone.now() - timedelta(days=40))
    with at_work(found):
        Person.objects.update(birth_date=BORN)
    return found


@pytest.fixture
def physio(runner: Runner) -> Client:
    return staff_client(runner.physio)


def address(name: str, runner: Runner) -> str:
    return reverse(name, kwargs={"case_id": runner.case.pk})


def assessed(runner: Runner, leg: dict) -> None:
    with at_work(runner):
        assess(runner, leg=leg, now=timezone.now() - timedelta(minutes=10))


def test_one_change_counts_from_its_day_on_and_the_past_stays(runner: Runner, physio: Client) -> None:
    assessed(runner, MID)
    day = timezone.now().date() + timedelta(days=2)
    said = a_plan(**{"left-sets": "4", "left-start_sets": "3", "starts_on": day.isoformat()})
    assert physio.post(address("plan_new", runner), said).status_code == 302
    with at_work(runner):
        old, new = Plan.objects.order_by("version")
        assert (old.sets, old.ends_on, new.sets, new.starts_on, new.ends_on) == (3, day, 4, day, None)
    page = physio.get(address("case", runner)).text
    assert "version 1" in page and "Then version 2 from" in page.replace("\n", " ")


def test_going_back_and_choosing_otherwise_is_never_called_saved(runner: Runner, physio: Client) -> None:
    assessed(runner, MID)
    key = {"left-key": str(uuid7())}
    said = a_plan(**key, **{"RUN_OK_MAX": "1", "RUN_OK_MAX_reason": "Flares easily."})
    assert [physio.post(address("plan_new", runner), said).status_code for _twice in range(2)] == [302, 302]
    for other in ({"RUN_OK_MAX": "0"}, {"left-sets": "2"}):
        answer = physio.post(address("plan_new", runner), said | other)
        assert answer.status_code == 422 and "This form was saved before" in answer.text
    with at_work(runner):
        newest = Plan.objects.order_by("version").last()
        assert (newest.version, newest.thresholds["RUN_OK_MAX"]["value"]) == (2, 1)


def test_a_day_to_come_is_shown_as_the_runner_will_see_it(runner: Runner, physio: Client) -> None:
    assessed(runner, MID)
    today = timezone.now().date()
    shown = physio.get(address("plan_new", runner)).text
    assert "20 to 25 minutes, easy and flat" in shown and "Morning, straight knee: " in shown
    change = {"left-sets": "5", "left-start_sets": "5", "preview": "1"}
    change |= {"starts_on": (today + timedelta(days=3)).isoformat()}

    def lines(days: int) -> str:
        seen = {**change, "left-seen_on": (today + timedelta(days=days)).isoformat()}
        return physio.post(address("plan_new", runner), a_plan(**seen)).text

    assert "Morning, straight knee: 5 × 15" in lines(3)  # the new dose from its first day on
    assert "Morning, straight knee: 5 ×" not in lines(2)  # until then the one in force
    assert f"{today:%A} {today.day} {today:%B}" in lines(-4)  # the past is in the history
    with at_work(runner):
        assert Plan.objects.count() == 1  # shown, not stored


def test_while_the_case_is_on_hold_nothing_is_shown_as_allowed(runner: Runner, physio: Client) -> None:
    assessed(runner, MID)
    with at_work(runner):
        type(runner.case).objects.update(suspended_at=timezone.now())
    shown = physio.get(address("plan_new", runner)).text
    assert "On hold: no running and no exercises" in shown and "easy and flat" not in shown


def test_another_type_proposes_its_protocol_and_saves_a_new_version(runner: Runner, physio: Client) -> None:
    assessed(runner, {**LOW, "thickening": True})
    case = physio.get(address("case", runner)).text
    assert "this plan was written for another type" in case
    page = physio.get(address("plan_new", runner)).text
    assert "was written for the mid-portion" in page.lower().replace("mid-portion type", "mid-portion")
    assert 'value="FLAT" id="id_left-protocol_0" checked' in page
    flat = a_plan(**{"left-protocol": "FLAT", "left-dose_of": "FLAT", "left-knees": ["STRAIGHT"]})
    assert physio.post(address("plan_new", runner), flat).status_code == 302
    with at_work(runner):
        old, new = Plan.objects.order_by("version")
        assert (old.tendinopathy_type, new.tendinopathy_type, new.protocol) == (
            "MIDPORTION",
            "INSERTIONAL",
            "FLAT",
        )
    assert "written for another type" not in physio.get(address("case", runner)).text


def test_the_same_type_proposes_the_plan_as_it_stands(runner: Runner, physio: Client) -> None:
    assessed(runner, MID)
    page = physio.get(address("plan_new", runner)).text
    assert "Saving makes a new version" not in page and 'value="STEP" id="id_left-protocol_0" checked' in page


# the clinic's own templates


def test_a_dose_is_kept_offered_on_other_plans_and_retired(physio: Client, runner: Runner) -> None:
    assessed(runner, MID)
    said = a_plan(**{"left-sets": "2", "left-reps": "12", "left-kept_as": "Gentle start"})
    assert physio.post(address("plan_new", runner), said).status_code == 302
    with at_work(runner):
        kept = OwnTemplate.objects.get()
        assert (kept.sets, kept.reps, kept.protocol) == (2, 12, "STEP")
    other = new_runner(clinic=runner.clinic, physio=runner.physio, slug="other")
    assessed(other, MID)
    page = physio.get(address("plan_new", other)).text
    assert "Gentle start" in page
    filled = physio.post(
        address("plan_new", other),
        a_plan(**{"left-template": str(kept.pk), "left-template_of": "", "preview": "1"}),
        headers={"HX-Request": "true", "HX-Target": "leg-left"},
    )
    assert filled.status_code == 200 and 'value="12"' in filled.text and 'id="leg-left"' in filled.text
    unread = physio.post(
        address("plan_new", other), a_plan(**{"left-template": str(kept.pk), "left-template_of": ""})
    )
    assert unread.status_code == 422 and "Check it, then save again." in unread.text
    listed = physio.get(reverse("protocols")).text
    assert "Gentle start" in listed and "2 × 12" in listed and "Heavy slow" in listed
    assert physio.post(reverse("template_retire", args=[kept.pk])).status_code == 302
    assert "Gentle start" not in physio.get(address("plan_new", other)).text
    assert physio.post(reverse("template_retire", args=[kept.pk])).status_code == 404


def test_a_name_in_use_is_refused_and_nothing_is_saved(physio: Client, runner: Runner) -> None:
    factories.make_template(runner.physio, name="Gentle start")
    assessed(runner, MID)
    said = a_plan(**{"left-reps": "12", "left-kept_as": "gentle START"})
    answer = physio.post(address("plan_new", runner), said)
    assert answer.status_code == 422 and "is there already" in answer.text
    with at_work(runner):
        assert Plan.objects.count() == 1


def test_a_step_template_for_an_insertional_leg_still_needs_its_reason(
    runner: Runner, physio: Client
) -> None:
    own = factories.make_template(runner.physio)
    assessed(runner, {**LOW, "thickening": True})
    chosen = {"left-template": str(own.pk), "left-template_of": str(own.pk)}
    answer = physio.post(address("plan_new", runner), a_plan(**chosen))
    assert answer.status_code == 422
    with at_work(runner):
        assert Plan.objects.count() == 1


def test_templates_stay_in_their_clinic(runner: Runner) -> None:
    own = factories.make_template(runner.physio)
    stranger = staff_client(make_runner(slug="quay").physio)
    assert "Gentle start" not in stranger.get(reverse("protocols")).text
    assert stranger.post(reverse("template_retire", args=[own.pk])).status_code == 404
    desk = staff_client(factories.make_member(runner.clinic, factories.Role.RECEPTION))
    for client in (desk, patient_client(runner.member)):
        assert client.get(reverse("protocols")).status_code == 404
        assert client.post(reverse("template_retire", args=[own.pk])).status_code == 404


# the end of a plan


def test_the_exercises_of_a_leg_end_on_a_day_with_a_reason(runner: Runner, physio: Client) -> None:
    assert physio.get(address("plan_end", runner)).status_code == 200
    today = timezone.now().date()
    said = {
        "side": "LEFT",
        "ends_on": (today + timedelta(days=3)).isoformat(),
        "reason": "Twelve weeks done.",
    }
    for wrong in ({"reason": ""}, {"ends_on": (today - timedelta(days=2)).isoformat()}, {"side": "RIGHT"}):
        assert physio.post(address("plan_end", runner), {**said, **wrong}).status_code == 422
    with at_work(runner):
        NoteDraft.objects.create(
            clinic=runner.clinic, patient=runner.patient, case=runner.case, author=runner.physio,
            text="half", saved_at=timezone.now(),
        )  # fmt: skip
    assert physio.post(address("plan_end", runner), said).status_code == 302
    with at_work(runner):
        assert Plan.objects.get().ends_on == today + timedelta(days=3)
        assert "Twelve weeks done." in CaseNote.objects.get().text
        assert NoteDraft.objects.get().text == "half"
    page = physio.get(address("case", runner)).text
    assert "no more from" in page
    assert physio.post(address("plan_end", runner), said).status_code == 422


def test_a_stranger_ends_nothing(runner: Runner) -> None:
    stranger = staff_client(make_runner(slug="quay").physio)
    assert stranger.get(address("plan_end", runner)).status_code == 404
    assert stranger.post(address("plan_end", runner), {"id": str(uuid7())}).status_code == 404


# thresholds and the track


def test_a_changed_threshold_says_who_changed_it(runner: Runner, physio: Client) -> None:
    assessed(runner, MID)
    said = a_plan(**{"RUN_OK_MAX": "1", "RUN_OK_MAX_reason": "Flares easily."})
    assert physio.post(address("plan_new", runner), said).status_code == 302
    assert "Changed by Sam Okafor" in physio.get(address("plan_new", runner)).text
    assert "because: Flares easily." in physio.get(address("case_timeline", runner)).text


def test_the_track_is_changed_with_a_reason_at_this_stage_or_a_lower_one(
    runner: Runner, physio: Client
) -> None:
    where = address("stage_move", runner)
    assert "Change to reduced running" in physio.get(where).text
    said = {"act": "START", "from_stage": "3", "to_stage": "3", "reason": ""}
    assert physio.post(where, said).status_code == 422
    assert physio.post(where, {**said, "reason": "All rows green."}).status_code == 302
    assert "Change to the seven stages" in physio.get(where).text


def test_the_stage_page_names_the_runs_and_what_each_counts_for(runner: Runner, physio: Client) -> None:
    ago = timezone.now() - timedelta(days=3)
    factories.make_run(runner.case, at=ago, pain_left=0, warm_up_left="NO_SYMPTOMS", minutes=20)
    factories.make_run(
        runner.case, at=ago - timedelta(days=3), pain_left=5, warm_up_left="PERSISTED", minutes=22
    )
    page = physio.get(address("stage_move", runner)).text
    assert "Runs in this stage" in page and "20 min" in page
