"""What the runner agrees to: asked before the diary, taken back at any time, and what that holds back."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from patients.models import Case, Consent, OutboxMail
from patients.queries import consents
from rehab.actions import consents as actions
from rehab.actions import evaluations, messages, red_flags, stages
from rehab.clinical.evaluation import Decision
from rehab.models import Flag, PainReport, RedFlagReport, Run, StageChange
from rehab.queries import case_page, own_answer, own_case, pauses, reminders, weekly
from tests import factories as make
from tests.factories import sign_in
from tests.rehab.runner import NOW, Runner
from tests.rehab.views.portal.told import a_check, a_run

PAGE = "/me/consent/"
OPEN = ("/me/help/", "/me/account/", "/me/account/record/", "/me/account/erasure/", "/me/account/who-looked/")
SHUT = (
    "/me/",
    "/me/runs/new/",
    "/me/plan/",
    "/me/progress/",
    "/me/entries/",
    "/me/messages/",
    "/me/reminders/",
)


@pytest.fixture
def clean(runner: Runner, swept: Callable[[], None]) -> None:
    """A run that went well: Today says run."""
    run = a_run(runner, hours_ago=50, pain=1)
    a_check(runner, run, hours_after=24, pain=1)
    swept()


def word(portal: Client) -> str:
    page = portal.get("/me/").content.decode()
    return page.split('<span class="word')[1].split(">")[1].split("<")[0]


def not_asked(runner: Runner) -> Runner:
    """As one is who joined before consent was asked for; the database lets no role take rows away."""
    patient = make.make_patient(runner.clinic)
    return replace(
        runner,
        patient=patient,
        member=make.patient_login(patient, consents=False),
        case=make.make_case(patient),
    )


class TestBeforeItIsGiven:
    def test_an_urgent_sign_told_while_a_new_text_waits_is_stored_and_nobody_runs_after_agreeing(
        self, portal: Client, runner: Runner, clean: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert word(portal) == "Yes"
        monkeypatch.setattr(consents, "TEXT_VERSION", "2027-01")
        said = {"client_id": str(uuid4()), "minutes": 20, "findings": ["POP_OR_SNAP"]}
        page = portal.post("/me/runs/new/", said).content.decode()
        assert "Get medical help today." in page and "at the top of the list" in page
        assert "was not stored" not in page
        portal.post(PAGE, {"wish": "give"})
        assert word(portal) == "Not today"
        with runner.signed_in():
            assert (RedFlagReport.objects.count(), Run.objects.count()) == (1, 1)

    def test_the_diary_asks_first_and_help_and_the_account_do_not(
        self, portal: Client, runner: Runner
    ) -> None:
        runner = not_asked(runner)
        sign_in(portal, runner.member)
        assert {portal.get(one)["Location"] for one in SHUT} == {PAGE}
        assert [portal.get(one).status_code for one in OPEN] == [200] * len(OPEN)
        page = portal.get(PAGE).content.decode()
        assert all(
            str(part.text).replace("’", "&#x27;") in page.replace("’", "&#x27;") for part in consents.PARTS
        )
        said = {"client_id": uuid4(), "minutes_other": 20, "pain_left": 1, "warm_up_left": "RESOLVED"}
        assert portal.post("/me/runs/new/", said)["Location"] == PAGE
        urgent = portal.post("/me/help/", {"client_id": uuid4(), "findings": ["POP_OR_SNAP"]})
        assert "Get medical help today." in urgent.content.decode()
        with make.inside(runner.clinic):
            assert not Run.objects.filter(patient=runner.patient).exists()
            assert RedFlagReport.objects.filter(patient=runner.patient).exists()  # an urgent sign is kept

    def test_agreeing_opens_it_once_and_names_the_text(self, portal: Client, runner: Runner) -> None:
        runner = not_asked(runner)
        sign_in(portal, runner.member)
        for _ in range(2):
            assert portal.post(PAGE, {"wish": "give"})["Location"] == "/me/"
        assert portal.get("/me/").status_code == 200
        with make.inside(runner.clinic):
            row = Consent.objects.get(patient=runner.patient)
            assert (row.kind, row.text_version, row.language) == ("GIVEN", consents.TEXT_VERSION, "en-gb")
            assert not OutboxMail.objects.filter(kind="CONSENT_CHANGED").exists()
        assert "You agreed on" in portal.get(PAGE).content.decode()

    def test_another_text_is_asked_for_again(
        self, portal: Client, runner: Runner, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(consents, "TEXT_VERSION", "2099-01")
        assert portal.get("/me/")["Location"] == PAGE
        portal.post(PAGE, {"wish": "give"})
        assert portal.get("/me/").status_code == 200

    def test_a_phone_s_queue_and_htmx_are_told_to_look(self, portal: Client, runner: Runner) -> None:
        portal.post(PAGE, {"wish": "withdraw"})
        queue = {"X-Plimsoll-Queue": str(runner.case.pk)}
        said = {"client_id": uuid4(), "minutes_other": 20, "pain_left": 1, "warm_up_left": "RESOLVED"}
        kept = portal.post("/me/runs/new/", said, headers=queue)
        assert (kept.status_code, kept.json()) == (422, {"look": True})  # it stays on the phone
        part = portal.post("/me/exercises/", {"ticks": "1"}, headers={"HX-Request": "true"})
        assert (part.status_code, part["HX-Redirect"]) == (403, PAGE)

    def test_a_changed_text_has_a_new_version(self) -> None:
        said = json.dumps([[str(part.title), str(part.text)] for part in consents.PARTS])
        assert (consents.TEXT_VERSION, hashlib.sha256(said.encode()).hexdigest()[:16]) == (
            "2026-11",
            "2632705f07f42385",
        )


class TestTakenBack:
    @pytest.fixture
    def withdrawn(self, portal: Client, runner: Runner, clean: None) -> Client:
        assert word(portal) == "Yes"
        assert portal.post(PAGE, {"wish": "withdraw"})["Location"] == PAGE
        return portal

    def test_the_page_says_what_now_and_nothing_else_opens(self, withdrawn: Client, runner: Runner) -> None:
        page = withdrawn.get(PAGE).content.decode()
        assert "Sam, your physio, has been told." in page
        for address in ("/me/help/", "/me/account/record/", "/me/account/erasure/"):
            assert f'href="{address}"' in page
        assert {withdrawn.get(one)["Location"] for one in SHUT} == {PAGE}
        assert [withdrawn.get(one).status_code for one in OPEN] == [200] * len(OPEN)
        with runner.signed_in():
            assert (Run.objects.count(), PainReport.objects.count()) == (1, 1)  # nothing is erased

    def test_no_entry_is_taken_by_any_way(self, withdrawn: Client, runner: Runner) -> None:
        said = {"client_id": uuid4(), "minutes_other": 20, "pain_left": 1, "warm_up_left": "RESOLVED"}
        assert withdrawn.post("/me/runs/new/", said)["Location"] == PAGE
        urgent = withdrawn.post("/me/runs/new/", {**said, "findings": ["CHEST_PAIN"]}).content.decode()
        assert "Call the emergency number now." in urgent
        assert "This was not stored" in urgent
        assert withdrawn.post("/me/messages/", {"key": uuid4(), "text": "Hello"})["Location"] == PAGE
        entry = red_flags.RedFlagEntry(client_id=uuid4(), findings=[])
        with runner.signed_in(), pytest.raises(red_flags.diary.Refused, match="took your consent back"):
            red_flags.report(case=runner.case, entry=entry, by=runner.member, now=NOW)
        with runner.signed_in():
            assert Run.objects.count() == 1

    def test_urgent_advice_is_given_and_not_stored_and_that_is_said(
        self, withdrawn: Client, runner: Runner
    ) -> None:
        page = withdrawn.post(
            "/me/help/", {"client_id": uuid4(), "findings": ["CHEST_PAIN"]}
        ).content.decode()
        assert "Call the emergency number now." in page
        assert "nobody at your clinic sees it" in page
        assert "will see this" not in page
        with runner.signed_in():
            assert not RedFlagReport.objects.exists()

    def test_the_clinic_sees_it_in_the_same_transaction(self, withdrawn: Client, runner: Runner) -> None:
        with make.inside(runner.clinic):
            flag = Flag.objects.get(kind="CONSENT")
            assert (flag.severity, flag.state) == ("REVIEW", "OPEN")
            assert flag.reason.startswith("Consent withdrawn on 22 November 2026.")
            mail = OutboxMail.objects.get(kind="CONSENT_CHANGED")
            assert mail.to_address == runner.physio.user.email
            assert mail.subject == "A patient has changed their consent"
            assert "withdr" not in mail.text  # not which
        page = (
            sign_in(Client(), make.make_member(runner.clinic))
            .get(reverse("case", args=[runner.case.pk]))
            .content.decode()
        )
        assert "Consent withdrawn on" in page

    def test_nothing_is_decided_and_nothing_moves(self, withdrawn: Client, runner: Runner) -> None:
        with runner.signed_in():
            care = own_case.find(runner.patient.pk)
            known = own_answer.work_out(care, NOW)
            assert own_answer.answer(care, known, NOW).may_run is False
            assert known.evaluation is not None
            assert known.evaluation.running.decision is Decision.NO_PLAN
        with make.inside(runner.clinic):
            with pytest.raises(stages.ActRefused, match="took their consent back"):
                stages.resume(case=runner.case, stage=2, by=runner.physio, now=NOW, reason="Well again")
            with pytest.raises(messages.ActRefused, match="Phone them"):
                messages.write(case=runner.case, id=uuid4(), text="Come in", by=runner.physio, now=NOW)

    def test_reminders_push_and_the_weekly_mail_stop(self, withdrawn: Client, runner: Runner) -> None:
        make.make_reminder_settings(runner.member, by_push=True)
        with make.inside(runner.clinic):
            for kind in reminders.ReminderKind:
                for by_push in (True, False):
                    wanted = reminders.still_wanted(
                        membership_id=runner.member.pk, kind=kind, by_push=by_push, now=NOW
                    )
                    assert wanted is reminders.Silence.CONSENT_WITHDRAWN
            week = weekly.diary_week(membership_id=runner.member.pk, now=NOW)
            assert week is weekly.Silence.CONSENT_WITHDRAWN

    def test_twice_is_once(self, withdrawn: Client, runner: Runner) -> None:
        withdrawn.post(PAGE, {"wish": "withdraw"})
        with make.inside(runner.clinic):
            assert Consent.objects.filter(patient=runner.patient).count() == 2
            assert OutboxMail.objects.filter(kind="CONSENT_CHANGED").count() == 1

    def test_given_again_the_diary_opens_and_running_waits_for_the_physio(
        self, withdrawn: Client, runner: Runner, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        later = NOW.replace(hour=20)
        monkeypatch.setattr("rehab.views.portal.consent.timezone.now", lambda: later)
        assert withdrawn.post(PAGE, {"wish": "give"})["Location"] == "/me/help/"  # urgent signs first
        assert withdrawn.get("/me/entries/").status_code == 200
        assert word(withdrawn) != "Yes"
        held = "leave out the heel exercises until your physio has looked at it"
        for address in ("/me/exercises/", "/me/plan/"):  # as in a suspension
            assert held in withdrawn.get(address).content.decode()
        assert "no running and no heel exercises until your physio" in withdrawn.get("/me/").content.decode()
        with make.inside(runner.clinic):
            assert "The plan waits for you" in Flag.objects.get(kind="CONSENT").reason
            before = pauses.before_pause(runner.case.pk)
            assert before is not None
            assert before.stage == 3
            stages.resume(case=runner.case, stage=3, by=runner.physio, now=later, reason="Seen, well")
            evaluations.evaluate_all(case_ids=[runner.case.pk], now=later)
            assert Flag.objects.get(kind="CONSENT").state == "RESOLVED"
        assert word(withdrawn) == "Yes"
        assert held not in withdrawn.get("/me/plan/").content.decode()

    def test_a_case_that_the_rules_fail_on_is_paused_all_the_same(
        self, portal: Client, runner: Runner, clean: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object) -> None:
            raise KeyError("no rule")

        monkeypatch.setattr("rehab.actions.stages.evaluate", fail)
        monkeypatch.setattr("rehab.actions.evaluations.evaluate", fail)
        portal.post(PAGE, {"wish": "withdraw"})
        with make.inside(runner.clinic):
            last = StageChange.objects.order_by("-at", "-id").first()
            assert last is not None
            assert (last.from_stage, last.to_stage, last.kind) == (3, 1, "STEP_BACK")
            assert pauses.before_pause(runner.case.pk) == pauses.Before(3, last.track)


def test_without_the_guard_the_entry_would_be_stored(
    portal: Client, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: with both guards blind, a withdrawn consent stops nothing."""
    portal.post(PAGE, {"wish": "withdraw"})
    monkeypatch.setattr(consents.State, "is_given", True)
    monkeypatch.setattr(consents.State, "is_withdrawn", False)
    said = {"client_id": uuid4(), "minutes_other": 20, "pain_left": 1, "warm_up_left": "RESOLVED"}
    assert portal.post("/me/runs/new/", said)["Location"] != PAGE
    with runner.signed_in():
        assert Run.objects.count() == 1


def test_nobody_else_gives_or_takes_it(portal: Client, runner: Runner) -> None:
    with make.inside(runner.clinic), pytest.raises(runner.patient.DoesNotExist):
        actions.give(membership=runner.physio, now=NOW)
    assert (
        sign_in(Client(), make.make_member(runner.clinic)).post(PAGE, {"wish": "withdraw"}).status_code == 404
    )
    other = make.patient_login(make.make_patient(runner.clinic))
    sign_in(Client(), other).post(PAGE, {"wish": "withdraw"})
    with make.inside(runner.clinic):
        assert Consent.objects.get(patient=runner.patient).kind == "GIVEN"
        assert Case.objects.get(pk=runner.case.pk).evaluation_due_at is None


def test_a_reader_of_the_case_page_asks_no_more_for_it(portal: Client, runner: Runner) -> None:
    def asked() -> list[str]:
        with make.inside(runner.clinic), CaptureQueriesContext(connection) as caught:
            case_page.load(case_id=runner.case.pk, now=NOW)
        return [one["sql"] for one in caught.captured_queries if "consent" in one["sql"]]

    before = asked()
    portal.post(PAGE, {"wish": "withdraw"})
    assert len(asked()) == len(before) == 2  # with the case, and with the rows that the rules are told
