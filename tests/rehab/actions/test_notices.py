"""An urgent flag is told at once and once, without clinical content; unopened, the clinic hears of it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from patients.models import Case, Clinic, MailState, Membership, OutboxMail, Role
from rehab.actions import evaluations, flags, notices, outbox, sweep
from rehab.actions.opening_hours import after
from rehab.models import Flag
from tests import factories as make
from tests.services import Inbox
from tests.worker import working

NOW = make.NOW  # 09:00 in London
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clinic() -> Clinic:
    return make.make_clinic(opens_at=time(8), closes_at=time(18))


@pytest.fixture
def owner(clinic: Clinic) -> Membership:
    return make.make_member(clinic, Role.OWNER)


@pytest.fixture
def physio(clinic: Clinic) -> Membership:
    return make.make_member(clinic)


@pytest.fixture
def case(clinic: Clinic, owner: Membership, physio: Membership) -> Case:
    return make.make_case(make.make_patient(clinic, responsible=physio), evaluation_due_at=NOW)


@pytest.fixture
def red(case: Case) -> Flag:
    return make.make_flag(case, kind="RED_FLAG", severity="URGENT", notify_due_at=NOW)


def tell(now: datetime = NOW) -> None:
    with working():
        notices.tell(now=now)
        with outbox.post_office(notices.COMPOSERS, undelivered=notices.UNDELIVERED) as office:
            while office.deliver_batch(now=now):
                pass


def stored(flag: Flag) -> Flag:
    with make.inside(flag.clinic_id):
        return Flag.objects.get(id=flag.id)


def mails_of(clinic: Clinic) -> list[tuple[str, str]]:
    with make.inside(clinic):
        return list(OutboxMail.objects.order_by("id").values_list("kind", "state"))


def test_the_physiotherapist_is_told_at_once_and_only_once(
    red: Flag, physio: Membership, smtp_sink: Inbox
) -> None:
    for seconds in range(0, 60, 5):
        tell(NOW + timedelta(seconds=seconds))
    (message,) = smtp_sink.messages
    assert message["X-Envelope-To"] == physio.user.email
    assert stored(red).told_at == NOW
    assert stored(red).notify_due_at == NOW + timedelta(hours=1)


@pytest.mark.check("S43", "S54")
def test_the_mail_says_which_case_and_nothing_of_what_or_whom(
    red: Flag, case: Case, smtp_sink: Inbox, tried: Callable[..., None]
) -> None:
    tell()
    (message,) = smtp_sink.messages
    said = "\n".join(
        [str(message["Subject"]), *(part.get_content() for part in message.walk() if not part.is_multipart())]
    )
    assert f"Case {case.patient.number}" in said
    assert f"/cases/{case.id}/" in said
    assert "Monday 10:00" in said  # in the clinic's time
    person = case.patient.person
    names = (person.given_name, person.family_name, person.email)
    for secret in (*names, red.reason, "red flag", "RED_FLAG", "pain", "Achilles"):
        assert secret.lower() not in said.lower(), secret
    assert "List-Unsubscribe" not in message  # safety mail cannot be stopped (S54)
    tried("S54", safety_mails=1)
    tried("S43", mails=1)


def test_unopened_for_an_hour_the_clinic_is_told_once(red: Flag, owner: Membership, smtp_sink: Inbox) -> None:
    tell()
    tell(NOW + timedelta(minutes=59, seconds=59))
    assert len(smtp_sink.messages) == 1
    for minutes in (60, 61, 600):
        tell(NOW + timedelta(minutes=minutes))
    assert [message["X-Envelope-To"] for message in smtp_sink.messages[1:]] == [owner.user.email]
    assert stored(red).escalated_at == NOW + timedelta(hours=1)


def test_on_a_closed_day_nobody_else_is_told_before_the_clinic_opens_again(
    red: Flag, clinic: Clinic, owner: Membership, physio: Membership, smtp_sink: Inbox
) -> None:
    london = NOW.astimezone(ZoneInfo(clinic.time_zone)).date()
    with make.inside(clinic):
        clinic.closed_dates = [london]
        clinic.save(update_fields=["closed_dates"])
    tell()
    tell(NOW + timedelta(hours=2))
    assert [message["X-Envelope-To"] for message in smtp_sink.messages] == [physio.user.email]
    tell(NOW + timedelta(hours=24))  # an hour after it opened the next day
    assert [message["X-Envelope-To"] for message in smtp_sink.messages][1:] == [owner.user.email]


@pytest.mark.parametrize("route", ["case", "case_peek"])
def test_opened_by_a_clinician_it_goes_no_further(
    red: Flag, case: Case, physio: Membership, smtp_sink: Inbox, route: str
) -> None:
    tell()
    make.make_access_event(
        physio, patient=case.patient, case=case, route=route, at=NOW + timedelta(minutes=30)
    )
    tell(NOW + timedelta(hours=1))
    assert len(smtp_sink.messages) == 1
    assert stored(red).notify_due_at is None


@pytest.mark.parametrize(
    ("role", "at"), [("RECEPTION", timedelta(minutes=30)), ("CLINICIAN", -timedelta(minutes=1))]
)
def test_looked_at_before_or_by_reception_does_not_count(
    red: Flag, case: Case, physio: Membership, smtp_sink: Inbox, role: str, at: timedelta
) -> None:
    tell()
    make.make_access_event(physio, patient=case.patient, case=case, role=role, at=NOW + at)
    tell(NOW + timedelta(hours=1))
    assert len(smtp_sink.messages) == 2


def test_a_flag_that_was_dealt_with_meanwhile_is_not_told(
    case: Case, physio: Membership, smtp_sink: Inbox
) -> None:
    flag = make.make_flag(case, kind="WORSENING", severity="URGENT", notify_due_at=NOW)
    with make.inside(case.clinic_id):
        flags.acknowledge(flag_id=flag.id, by=physio, now=NOW)
    tell()
    assert smtp_sink.messages == []
    assert stored(flag).notify_due_at is None


def test_opened_while_the_mail_waited_the_mail_is_not_sent(
    red: Flag, case: Case, clinic: Clinic, physio: Membership, smtp_sink: Inbox
) -> None:
    with working():
        notices.tell(now=NOW)
    make.make_access_event(physio, patient=case.patient, case=case, at=NOW + timedelta(seconds=2))
    tell(NOW + timedelta(seconds=5))
    assert smtp_sink.messages == []
    assert mails_of(clinic) == [("URGENT_FLAG", MailState.SKIPPED)]


def test_a_physiotherapist_whom_no_mail_reaches_is_no_dead_end(
    red: Flag, clinic: Clinic, owner: Membership, physio: Membership, smtp_sink: Inbox
) -> None:
    make.make_mail(clinic, recipient_membership=physio, to_address=physio.user.email, bounced_at=NOW)
    with make.inside(clinic):
        OutboxMail.objects.update(state=MailState.DEAD, next_attempt_at=None)
    tell()
    assert [message["X-Envelope-To"] for message in smtp_sink.messages] == [owner.user.email]


def test_a_mail_given_up_tells_the_clinic_at_once(
    red: Flag, owner: Membership, clinic: Clinic, smtp_sink: Inbox
) -> None:
    with working():
        notices.tell(now=NOW)
    with make.inside(clinic):
        OutboxMail.objects.update(attempts=8, next_attempt_at=NOW)
    tell()  # its ninth attempt is none
    tell()
    assert [message["X-Envelope-To"] for message in smtp_sink.messages] == [owner.user.email]


def test_where_the_owner_treats_the_case_the_colleagues_are_told(clinic: Clinic, smtp_sink: Inbox) -> None:
    owner, colleague = make.make_member(clinic, Role.OWNER), make.make_member(clinic)
    make.make_member(clinic, Role.RECEPTION)
    case = make.make_case(make.make_patient(clinic, responsible=owner))
    make.make_flag(case, kind="RED_FLAG", severity="URGENT", notify_due_at=NOW)
    tell()
    tell(NOW + timedelta(hours=1))
    assert [message["X-Envelope-To"] for message in smtp_sink.messages] == [
        owner.user.email,
        colleague.user.email,
    ]


def test_the_sweep_has_it_told_and_told_again_only_with_news(case: Case, smtp_sink: Inbox) -> None:
    make.make_red_flag_report(case, at=NOW - timedelta(minutes=1))
    with working():
        assert sweep.sweep(now=NOW).raised == 1
    for seconds in (0, 5, 10):
        look(case, NOW + timedelta(seconds=seconds))
        tell(NOW + timedelta(seconds=seconds))
    assert len(smtp_sink.messages) == 1
    make.make_red_flag_report(case, at=NOW + timedelta(seconds=20), findings=["CHEST_PAIN"])
    for seconds in (21, 25):
        look(case, NOW + timedelta(seconds=seconds))
        tell(NOW + timedelta(seconds=seconds))
    assert len(smtp_sink.messages) == 2


def test_with_the_guard_off_nobody_is_told(
    case: Case, smtp_sink: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.make_red_flag_report(case, at=NOW - timedelta(minutes=1))
    monkeypatch.setattr("rehab.actions.flag_changes._notify", lambda flag, now: None)
    with working():
        assert sweep.sweep(now=NOW).raised == 1
    tell()
    assert smtp_sink.messages == []


def look(case: Case, now: datetime) -> None:
    with make.inside(case.clinic_id):
        evaluations.evaluate_all(case_ids=[case.id], now=now)


class TestOpeningHours:
    @pytest.mark.parametrize(
        ("moment", "hours", "expected"),
        [
            ("2026-11-16 09:00", 1, "2026-11-16 10:00"),
            ("2026-11-16 07:00", 1, "2026-11-16 09:00"),  # counts from eight
            ("2026-11-16 17:00", 1, "2026-11-16 18:00"),
            ("2026-11-16 17:30", 1, "2026-11-17 08:30"),
            ("2026-11-16 18:00", 1, "2026-11-17 09:00"),
            ("2026-11-16 23:00", 25, "2026-11-19 13:00"),
            ("2026-11-16 23:00", 40, "2026-11-19 23:00"),  # whatever the hours say, not after 72 hours
        ],
    )
    def test_only_open_hours_count(self, moment: str, hours: int, expected: str) -> None:
        london = ZoneInfo("Europe/London")
        found = after(
            datetime.fromisoformat(moment).replace(tzinfo=london),
            timedelta(hours=hours),
            opens_at=time(8),
            closes_at=time(18),
            zone=london,
        )
        assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)

    @pytest.mark.parametrize(
        ("moment", "hours", "expected"),
        [
            ("2026-11-20 17:30", 1, "2026-11-23 08:30"),  # a Friday; closed at the weekend
            ("2026-11-21 09:00", 1, "2026-11-23 09:00"),
            ("2026-11-24 17:30", 1, "2026-11-26 08:30"),  # the Wednesday is a holiday
            ("2026-11-25 09:00", 1, "2026-11-26 09:00"),
            ("2026-12-24 17:30", 1, "2026-12-27 17:30"),  # a week of holidays: the clinic hears of it in them
            ("2026-11-23 09:00", 1, "2026-11-23 10:00"),
        ],
    )
    @pytest.mark.parametrize("hourly", [True, False])
    def test_closed_days_do_not_count_and_72_hours_end_every_wait(
        self, moment: str, hours: int, expected: str, hourly: bool
    ) -> None:
        london = ZoneInfo("Europe/London")
        holidays = [date(2026, 11, 25), *(date(2026, 12, day) for day in range(25, 32))]
        start = datetime.fromisoformat(moment).replace(tzinfo=london)
        found = after(
            start,
            timedelta(hours=hours),
            opens_at=time(8) if hourly else None,
            closes_at=time(18) if hourly else None,
            zone=london,
            closed_weekdays=[5, 6],
            closed_dates=holidays,
        )
        if hourly:
            assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)
        else:  # open from midnight to midnight
            local = found.astimezone(london)
            closed = local.weekday() > 4 or local.date() in holidays
            assert found <= datetime.fromisoformat(expected).replace(tzinfo=UTC)
            assert not closed or found == start + timedelta(hours=72)

    def test_a_clinic_that_says_it_is_always_closed_is_told_in_the_end(self) -> None:
        now = datetime(2026, 11, 16, 9, tzinfo=UTC)
        found = after(
            now, timedelta(hours=1), opens_at=time(8), closes_at=time(18), zone=ZoneInfo("Europe/London"),
            closed_weekdays=range(7),
        )  # fmt: skip
        assert found == now + timedelta(hours=72)

    def test_without_hours_every_hour_counts(self) -> None:
        late = datetime(2026, 11, 16, 23, tzinfo=UTC)
        zone = ZoneInfo("Europe/London")
        assert after(late, timedelta(hours=1), opens_at=None, closes_at=None, zone=zone) == late + timedelta(
            hours=1
        )

    def test_the_night_of_a_clock_change(self) -> None:
        berlin = ZoneInfo("Europe/Berlin")
        start = datetime(2026, 3, 28, 17, 0, tzinfo=berlin)  # the clocks go forward in the night
        found = after(start, timedelta(hours=2), opens_at=time(8), closes_at=time(18), zone=berlin)
        assert found.astimezone(berlin).isoformat() == "2026-03-29T09:00:00+02:00"
