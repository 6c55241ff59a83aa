"""The weekly mails: who gets one, what it says, and that it never says more."""

import email.utils
import re
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patients.models import Case, Clinic, MailState, Membership, OutboxMail, Patient, Role
from rehab import emails
from rehab.actions import heartbeats, outbox, weekly
from rehab.actions.outbox import Delivery
from rehab.queries import weekly as weekly_queries
from rehab.queries import weekly_caseload
from rehab.queries.watermark import SWEEP
from tests import factories as make
from tests.services import Inbox
from tests.worker import working

MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)  # 07:00 in London
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clinic() -> Clinic:
    return make.make_clinic(phone="020 7946 0001", emergency_number="999")


@pytest.fixture
def physio(clinic: Clinic) -> Membership:
    return make.make_member(clinic)


@pytest.fixture
def patient(clinic: Clinic, physio: Membership) -> Patient:
    return make.make_patient(clinic, responsible=physio)


@pytest.fixture
def case(patient: Patient) -> Case:
    return make.make_case(patient, sides=("LEFT", "RIGHT"))


@pytest.fixture(autouse=True)
def jobs_are_running(transactional_db: None) -> None:
    with working():
        heartbeats.beat(name=SWEEP, now=MONDAY, detail={})


def prepare(now: datetime = MONDAY) -> None:
    with working():
        weekly.prepare(now=now)


def deliver(now: datetime = MONDAY) -> Delivery:
    with working(), outbox.post_office(weekly.COMPOSERS, together=weekly.TOGETHER) as office:
        while office.deliver_batch(now=now):
            pass
    return office.total


def a_week_goes_by(*members: Membership, due: datetime = MONDAY) -> None:
    with working():
        Membership.objects.filter(id__in=[member.id for member in members]).update(summary_due_at=due)


def only(smtp_sink: Inbox, member: Membership) -> EmailMessage:
    (message,) = smtp_sink.to(member.user.email)
    return message


def words_of(message: EmailMessage) -> str:
    """Everything that anybody could read in it: subject, text and HTML."""
    parts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    return "\n".join([str(message["Subject"]), *parts])


def outcome(clinic: Clinic, member: Membership) -> tuple[str, str]:
    with make.inside(clinic):
        mail = OutboxMail.objects.get(recipient_membership=member)
    return mail.state, mail.last_error


class TestWhen:
    def test_a_new_member_is_given_the_next_monday_at_seven(self, physio: Membership) -> None:
        prepare(datetime(2026, 11, 18, 12, 0, tzinfo=UTC))
        physio.refresh_from_db()
        assert physio.summary_due_at == MONDAY

    def test_who_is_choosing_at_that_moment_keeps_the_choice(
        self, physio: Membership, as_superuser: psycopg.Connection
    ) -> None:
        chosen = MONDAY + timedelta(days=2)
        with working(), as_superuser.transaction():  # not committed yet
            as_superuser.execute(
                "UPDATE patients_membership SET summary_due_at = %s WHERE id = %s", [chosen, physio.id]
            )
            connection.cursor().execute("SET lock_timeout = '5s'")
            assert weekly.schedule_new(now=MONDAY) == 0
        physio.refresh_from_db()
        assert physio.summary_due_at == chosen

    def test_reception_is_given_none(self, clinic: Clinic) -> None:
        reception = make.make_member(clinic, Role.RECEPTION)
        prepare()
        reception.refresh_from_db()
        assert reception.summary_due_at is None

    def test_once_a_person_and_iso_week_however_often_it_is_asked_for(
        self, case: Case, physio: Membership, smtp_sink: Inbox
    ) -> None:
        make.make_summary(case)
        for again in range(3):
            a_week_goes_by(physio, due=MONDAY + timedelta(days=again))
            prepare(MONDAY + timedelta(days=again, hours=1))
            deliver(MONDAY + timedelta(days=again, hours=1))
        assert len(smtp_sink.to(physio.user.email)) == 1
        prepare(MONDAY + timedelta(days=7))
        assert deliver(MONDAY + timedelta(days=7)) == Delivery(sent=1)
        first, second = smtp_sink.to(physio.user.email)
        assert first["Message-ID"] != second["Message-ID"]

    def test_jobs_that_were_away_for_weeks_send_one_and_not_three(
        self, case: Case, physio: Membership, smtp_sink: Inbox
    ) -> None:
        make.make_summary(case)
        a_week_goes_by(physio, due=MONDAY - timedelta(weeks=3))
        prepare()
        deliver()
        assert len(smtp_sink.to(physio.user.email)) == 1
        physio.refresh_from_db()
        assert physio.summary_due_at == MONDAY + timedelta(weeks=1)

    def test_a_mail_server_away_into_the_next_week_leaves_no_old_mail(
        self, clinic: Clinic, case: Case, physio: Membership, smtp_sink: Inbox
    ) -> None:
        make.make_summary(case)
        a_week_goes_by(physio)
        prepare()
        assert deliver(MONDAY + timedelta(days=8)) == Delivery(skipped=1)
        assert outcome(clinic, physio) == (MailState.SKIPPED, "OUT_OF_DATE")

    def test_it_is_written_when_it_is_sent(self, case: Case, physio: Membership, smtp_sink: Inbox) -> None:
        summary = make.make_summary(case, group="ACT")
        a_week_goes_by(physio)
        prepare()
        with make.inside(case.clinic_id):
            type(summary).objects.filter(id=summary.id).update(group="CALM")
        deliver()
        assert "Caseload: 0 to act on" in only(smtp_sink, physio)["Subject"]


class TestThePhysiosMail:
    def send(self, physio: Membership, smtp_sink: Inbox) -> EmailMessage:
        a_week_goes_by(physio)
        prepare()
        deliver()
        return only(smtp_sink, physio)

    def test_the_subject_holds_counts_only(self, case: Case, physio: Membership, smtp_sink: Inbox) -> None:
        make.make_summary(case, group="ACT", reason="Pain 5/10 on Friday.")
        assert self.send(physio, smtp_sink)["Subject"] == "Caseload: 1 to act on, 0 to review"

    def test_by_default_it_holds_counts_case_numbers_and_links(
        self, case: Case, patient: Patient, physio: Membership, smtp_sink: Inbox
    ) -> None:
        make.make_plan(make.tendon_of(case))
        make.make_summary(case, group="ACT", reason="Pain 5/10 on Friday.", headline="OVER_THE_LINE")
        make.make_report(case, at=MONDAY - timedelta(days=2), pain_left=7, pain_right=6)
        said = words_of(self.send(physio, smtp_sink))
        assert f"Case {patient.number}" in said
        assert f"/cases/{case.id}/" in said
        for secret in ("5/10", "Friday", "Robin", "R.", "mid-portion", "Morning pain", "OVER_THE_LINE"):
            assert secret not in said, secret

    def test_a_clinic_that_opted_in_sees_initials_reason_pain_and_sets(
        self, clinic: Clinic, case: Case, physio: Membership, smtp_sink: Inbox
    ) -> None:
        with make.inside(clinic):
            Clinic.objects.update(email_initials_opt_in=True)
        plan = make.make_plan(make.tendon_of(case))
        make.make_plan(make.tendon_of(case, "RIGHT"), tendinopathy_type="INSERTIONAL", protocol="FLAT")
        make.make_summary(case, reason="Pain 5/10 on Friday.", stage_label="Stage 4", week=8)
        make.make_report(case, at=MONDAY - timedelta(days=2), pain_left=1, pain_right=4)
        make.make_session(plan, at=MONDAY - timedelta(days=2))
        message = self.send(physio, smtp_sink)
        text = message.get_body(("plain",)).get_content()
        assert "[ACT TODAY] R.R., left mid-portion, right insertional (Stage 4, week 8)" in text
        assert "Pain 5/10 on Friday." in text
        assert "Morning pain, Mon to Sun: –, –, –, –, –, 4, –" in text
        assert "Sessions 0 of 14" in text  # two tendons: the half counts when both are done
        assert "Robin" not in words_of(message)
        assert "Runner" not in words_of(message)

    def test_most_urgent_first_and_never_more_than_twelve(
        self, clinic: Clinic, physio: Membership, smtp_sink: Inbox
    ) -> None:
        numbers = []
        for rank in range(15):
            runner = make.make_patient(clinic, responsible=physio)
            summary = {"severity": rank, "group": "REVIEW" if rank < 14 else "ACT"}
            make.make_summary(make.make_case(runner), **summary)
            numbers.append(runner.number)
        text = self.send(physio, smtp_sink).get_body(("plain",)).get_content()
        listed = [int(number) for number in re.findall(r"Case (\d+)", text)]
        assert listed == numbers[::-1][:12]
        assert "and 3 more, in the caseload." in text

    def test_calm_cases_are_counted_and_not_listed(
        self, case: Case, physio: Membership, smtp_sink: Inbox
    ) -> None:
        make.make_summary(case, group="CALM", severity=0)
        said = words_of(self.send(physio, smtp_sink))
        assert "1 under the line" in said
        assert "/cases/" not in said

    def test_another_physios_cases_are_not_in_it(
        self, clinic: Clinic, case: Case, physio: Membership, smtp_sink: Inbox
    ) -> None:
        other = make.make_member(clinic)
        make.make_summary(case)
        a_week_goes_by(other)
        prepare()
        assert deliver() == Delivery(skipped=1)
        assert outcome(clinic, other) == (MailState.SKIPPED, "NO_CASES")

    def test_written_together_each_holds_the_readers_own_cases(
        self, clinic: Clinic, physio: Membership, smtp_sink: Inbox
    ) -> None:
        with make.inside(clinic):
            Clinic.objects.update(email_initials_opt_in=True)
        colleague, idle = make.make_member(clinic), make.make_member(clinic)
        for member, pain in ((physio, 4), (colleague, 2)):
            case = make.make_case(make.make_patient(clinic, responsible=member))
            make.make_plan(make.tendon_of(case))
            make.make_summary(case, group="ACT", reason=f"Pain {pain}/10 on Friday.")
            make.make_report(case, at=MONDAY - timedelta(days=2), pain_left=pain)
        make.make_summary(
            make.make_case(make.make_patient(clinic, responsible=colleague)), group="CALM", severity=0
        )
        a_week_goes_by(physio, colleague, idle)
        prepare()
        assert deliver() == Delivery(sent=2, skipped=1)
        assert outcome(clinic, idle) == (MailState.SKIPPED, "NO_CASES")
        for member, own, other, calm in ((physio, 4, 2, 0), (colleague, 2, 4, 1)):
            said = words_of(only(smtp_sink, member))
            assert f"Pain {own}/10 on Friday." in said
            assert f"–, –, –, –, –, {own}, –" in said
            assert f"Pain {other}/10" not in said
            assert f"{calm} under the line" in said
            assert emails.stop_address(member.id) in said

    def test_more_of_them_cost_no_more_queries(self, clinic: Clinic, physio: Membership) -> None:
        members = [physio, make.make_member(clinic), make.make_member(clinic)]
        for member in members:
            for _ in range(2):
                make.make_summary(make.make_case(make.make_patient(clinic, responsible=member)))

        def asked(readers: list[Membership]) -> int:
            with make.inside(clinic), CaptureQueriesContext(connection) as caught:
                found = weekly_caseload.caseload_weeks(membership_ids=[one.id for one in readers], now=MONDAY)
            assert {len(week.rows) for week in found.values()} == {2}
            return len(caught)

        assert asked(members) == asked(members[:1]) <= 4

    def test_it_says_so_when_the_jobs_are_late(
        self, case: Case, physio: Membership, smtp_sink: Inbox
    ) -> None:
        make.make_summary(case)
        with working():
            heartbeats.beat(name=SWEEP, now=MONDAY - timedelta(minutes=16), detail={})
        assert "Careful: flags are computed up to 23 November 06:44 UTC" in words_of(
            self.send(physio, smtp_sink)
        )

    def test_the_html_has_its_style_in_the_tags_and_loads_nothing(
        self, case: Case, physio: Membership, smtp_sink: Inbox
    ) -> None:
        make.make_summary(case)
        html = self.send(physio, smtp_sink).get_body(("html",)).get_content()
        assert 'class="act" style="' in html
        assert "prefers-color-scheme: dark" in html
        assert not re.search(r"<img|<script|<link|src=|url\(", html)
        assert html.count("<table") == 1

    def test_one_click_unsubscribe_is_declared(
        self, case: Case, physio: Membership, smtp_sink: Inbox
    ) -> None:
        make.make_summary(case)
        message = self.send(physio, smtp_sink)
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert re.fullmatch(r"<http://\S+/mail/unsubscribe/\S+/>", str(message["List-Unsubscribe"]).strip())
        assert email.utils.parseaddr(str(message["To"]))[1] == physio.user.email


class TestTheRunnersMail:
    @pytest.fixture
    def runner(self, patient: Patient) -> Membership:
        return make.patient_login(patient)

    def send(self, runner: Membership) -> Delivery:
        a_week_goes_by(runner)
        prepare()
        return deliver()

    def test_it_counts_and_reminds_and_says_nothing_else(
        self, case: Case, runner: Membership, smtp_sink: Inbox
    ) -> None:
        plan = make.make_plan(make.tendon_of(case))
        make.make_summary(case, group="REVIEW", reason="Pain 5/10 on Friday.", decision="RUN_WITHIN_PLAN")
        make.make_flag(case)
        make.make_run(case, at=MONDAY - timedelta(days=1), pain_left=5, pain_right=2)
        make.make_report(case, at=MONDAY - timedelta(days=1), pain_left=4, pain_right=1)
        make.make_report(case, at=MONDAY - timedelta(days=3), pain_left=4, pain_right=1)
        make.make_session(plan, at=MONDAY - timedelta(days=2))
        make.make_session(plan, at=MONDAY - timedelta(days=8))
        assert self.send(runner) == Delivery(sent=1)
        message = only(smtp_sink, runner)
        assert message["Subject"] == "Your weekly reminder"
        said = words_of(message)
        assert "entries on 3 of 7 days, and 1 exercise session." in said
        assert "020 7946 0001" in said
        assert "In an emergency call 999." in said
        for secret in (
            "pain",
            "Achilles",
            "tendon",
            "run ",
            "running",
            "flag",
            "stage",
            "/10",
            "Robin",
            "plan",
        ):
            assert secret.lower() not in said.lower(), secret

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"suspended_at": MONDAY}, "SUSPENDED"),
            ({"status": "CLOSED", "closed_at": MONDAY}, "NO_CASE"),
        ],
    )
    def test_a_suspended_or_closed_case_gets_none(
        self, clinic: Clinic, case: Case, runner: Membership, change: dict[str, object], reason: str
    ) -> None:
        make.make_plan(make.tendon_of(case))
        with make.inside(clinic):
            Case.objects.filter(id=case.id).update(**change)
        assert self.send(runner) == Delivery(skipped=1)
        assert outcome(clinic, runner) == (MailState.SKIPPED, reason)

    @pytest.mark.parametrize(
        ("kind", "reason"),
        [("RED_FLAG", "SUSPENDED"), ("WORSENING", "SUSPENDED"), ("INACTIVE", "INACTIVE")],
    )
    def test_an_open_red_flag_worsening_or_a_long_silence_gets_none(
        self, clinic: Clinic, case: Case, runner: Membership, kind: str, reason: str
    ) -> None:
        make.make_plan(make.tendon_of(case))
        make.make_flag(case, kind=kind)
        assert self.send(runner) == Delivery(skipped=1)
        assert outcome(clinic, runner) == (MailState.SKIPPED, reason)

    def test_without_a_plan_there_is_nothing_to_say(
        self, clinic: Clinic, case: Case, runner: Membership
    ) -> None:
        make.make_plan(make.tendon_of(case), ends_on=date(2026, 11, 9))
        assert self.send(runner) == Delivery(skipped=1)
        assert outcome(clinic, runner) == (MailState.SKIPPED, "NOTHING_TO_SAY")

    def test_whoever_stops_it_after_it_was_prepared_gets_none(
        self, clinic: Clinic, case: Case, runner: Membership
    ) -> None:
        make.make_plan(make.tendon_of(case))
        a_week_goes_by(runner)
        prepare()
        with make.inside(clinic):
            weekly.unsubscribe(membership_id=runner.id)
        assert deliver() == Delivery(skipped=1)
        assert outcome(clinic, runner) == (MailState.SKIPPED, "OPTED_OUT")
        prepare(MONDAY + timedelta(weeks=1))
        runner.refresh_from_db()
        assert runner.summary_due_at is None

    def test_whoever_left_gets_none(self, clinic: Clinic, case: Case, runner: Membership) -> None:
        make.make_plan(make.tendon_of(case))
        a_week_goes_by(runner)
        prepare()
        with make.inside(clinic):
            Membership.objects.filter(id=runner.id).update(is_active=False)
        assert deliver() == Delivery(skipped=1)
        assert outcome(clinic, runner) == (MailState.SKIPPED, "NOT_ACTIVE")

    def several(self, clinic: Clinic, physio: Membership, count: int = 3) -> list[Membership]:
        """Runners whose week reads the same."""
        runners = []
        for _ in range(count):
            patient = make.make_patient(clinic, responsible=physio)
            plan = make.make_plan(make.tendon_of(make.make_case(patient)))
            make.make_session(plan, at=MONDAY - timedelta(days=2))
            runners.append(make.patient_login(patient))
        return runners

    def test_written_together_each_is_the_readers_own(
        self, clinic: Clinic, physio: Membership, smtp_sink: Inbox
    ) -> None:
        runners = self.several(clinic, physio)
        with make.inside(clinic):
            Case.objects.filter(patient=runners[2].patient_id).update(suspended_at=MONDAY)
        a_week_goes_by(*runners)
        prepare()
        assert deliver() == Delivery(sent=2, skipped=1)
        for runner in runners[:2]:
            words = words_of(only(smtp_sink, runner))
            assert words.count(emails.stop_address(runner.id)) == 2  # in the text and in the HTML
            assert words.count("/mail/unsubscribe/") == 2
            assert "entries on 1 of 7 days, and 1 exercise session." in words
        assert outcome(clinic, runners[2]) == (MailState.SKIPPED, "SUSPENDED")

    def test_more_of_them_cost_no_more_queries(
        self, clinic: Clinic, physio: Membership, smtp_sink: Inbox
    ) -> None:
        def asked(runners: list[Membership]) -> int:
            with make.inside(clinic), CaptureQueriesContext(connection) as caught:
                weekly_queries.diary_weeks(membership_ids=[one.id for one in runners], now=MONDAY)
            return len(caught)

        runners = self.several(clinic, physio)
        assert asked(runners) == asked(runners[:1]) <= 7

    def test_where_they_cannot_be_written_together_each_is_written_by_itself(
        self, clinic: Clinic, physio: Membership, smtp_sink: Inbox
    ) -> None:
        def broken(mails: object, now: datetime) -> dict[object, object]:
            raise ZeroDivisionError

        a_week_goes_by(*self.several(clinic, physio))
        prepare()
        with (
            working(),
            outbox.post_office(weekly.COMPOSERS, together={weekly.DIARY_WEEK: broken}) as office,
        ):
            office.deliver_batch(now=MONDAY)
        assert office.total == Delivery(sent=3)
