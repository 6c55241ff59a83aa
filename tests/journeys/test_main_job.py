"""The main job on real parts: browser, gunicorn, Postgres, broker, worker, beat and SMTP.

A physio sees a runner, the runner reports, the jobs evaluate, and the physio sees the flag with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import expect

from assessments.clinical.sides import Side
from patients.models import Case, Membership, Role, User
from rehab.actions import mornings, runs
from rehab.clinical.history import WarmUp
from rehab.models import Flag, Plan, StageChange
from tests import factories
from tests.browser import assert_accessible, assert_no_overflow
from tests.factories import inside
from tests.rehab.runner import Runner, make_runner
from tests.services import Inbox, LiveApp, wait_for
from tests.sign_in import mailed_code, sign_in_patient, sign_in_staff

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.django_db(transaction=True)
RUNNER = "robin.field@runners.example"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@dataclass
class Clinic:
    """The two people of a story, each with a browser of their own, and the parts that run."""

    physio: Membership
    desk: Page
    phone: Page
    base_url: str
    inbox: Inbox

    @property
    def case(self) -> Case:
        with inside(self.physio.clinic):
            return Case.objects.order_by("opened_at", "id").get()

    def flags(self) -> set[str]:
        with inside(self.physio.clinic):
            return set(Flag.objects.open().values_list("kind", flat=True))

    def stage(self) -> int:
        with inside(self.physio.clinic):
            return StageChange.objects.order_by("-at", "-id").values_list("to_stage", flat=True)[0]


@pytest.fixture
def clinic(
    live_app: LiveApp,
    new_context: Callable[..., BrowserContext],
    jobs: None,
    smtp_sink: Inbox,
) -> Clinic:
    physio = factories.make_member(
        factories.make_clinic(phone="020 7946 0321", emergency_number="999"),
        Role.CLINICIAN,
        display_name="Sam Hill",
    )
    desk = new_context(viewport=DESK).new_page()
    sign_in_staff(desk, live_app.url, physio.user)
    phone = new_context(viewport=PHONE, has_touch=True).new_page()
    return Clinic(physio, desk, phone, live_app.url, smtp_sink)


def add_a_runner(clinic: Clinic) -> None:
    desk = clinic.desk
    desk.goto("/patients/new/")
    desk.get_by_label("Given name").fill("Robin")
    desk.get_by_label("Family name").fill("Field")
    desk.get_by_label("E-mail address").fill(RUNNER)
    desk.get_by_label("Date of birth").fill("1990-05-17")
    desk.get_by_label("Left").check()
    desk.get_by_role("button", name="Add and assess").click()
    desk.wait_for_url(re.compile("/assessments/new/"))


def choose(page: Page, legend: str, answer: str) -> None:
    page.get_by_role("group", name=legend).get_by_role("radio", name=answer, exact=True).check()


def assess(clinic: Clinic, *, tender_cm: str, stretch: str, suggests: str) -> None:
    desk = clinic.desk
    desk.get_by_label("All asked").check()
    desk.locator("#id_left-tender_cm").fill(tender_cm)
    choose(desk, "A thickening you can feel?", "Yes")
    choose(desk, "Does stretching the calf bring the pain on?", stretch)
    choose(desk, "Can they rise on the toes of that leg?", "Yes")
    choose(desk, "Usual pain", "1")
    choose(desk, "Worst pain", "5")
    desk.get_by_text(suggests).first.wait_for()
    desk.get_by_role("button", name="Save and write plan").click()
    desk.get_by_role("heading", name="Write the plan").wait_for()


def choose_protocol(desk: Page, name: str) -> None:
    """Until the dose below is the one of this protocol: a plan saved before would be asked about."""
    filled = desk.locator("[id^=filled-]").element_handle()
    desk.get_by_role("radio", name=name).check()
    desk.wait_for_function("old => !old.isConnected", arg=filled)


def runner_comes_in(clinic: Clinic) -> None:
    """By the link of the invitation and the code of a mail."""
    invitation = clinic.inbox.wait(RUNNER).get_body(("plain",))
    assert invitation is not None
    link = re.search(r"https?://\S+/welcome/\S+/", invitation.get_content())
    assert link
    clinic.phone.goto(link[0])
    clinic.phone.get_by_role("button", name="Send me a code").click()
    clinic.phone.get_by_label("Code").fill(mailed_code(clinic.inbox, RUNNER, count=2))
    clinic.phone.get_by_role("button", name="Sign in").click()
    clinic.phone.get_by_role("button", name="I agree").click()
    clinic.phone.wait_for_url("**/me/")


def log_run(phone: Page, pain: int, minutes: str = "20", warm_up: str | None = None) -> None:
    phone.goto("/me/runs/new/")
    phone.locator(f"label:has(#id_pain_left_{pain})").click()
    other = phone.locator("#id_minutes_other")
    if not other.is_visible():
        phone.get_by_text("Another time, hills, shoes or a note").click()
    other.fill(minutes)
    phone.get_by_role("button", name=warm_up or "Save run").click()


def row_of(clinic: Clinic, name: str) -> object:
    """The worklist's row, as soon as the jobs have put it there."""
    case_id = clinic.case.pk
    row = clinic.desk.locator(f"#case-{case_id}")

    def shown() -> bool:
        clinic.desk.goto("/caseload/")
        return row.count() > 0 and name in row.inner_text()

    wait_for(shown, f"{name!r} on the worklist", seconds=30)
    return row


def weekly_mail_is_due(clinic: Clinic) -> str:
    """The clinic's Monday morning has come: what the physio finds in the mailbox."""
    before = len(clinic.inbox.to(clinic.physio.user.email))
    Membership.objects.filter(pk=clinic.physio.pk).update(summary_due_at=timezone.now())
    body = clinic.inbox.wait(clinic.physio.user.email, count=before + 1).get_body(("plain",))
    assert body is not None
    return body.get_content()


def test_a_run_at_five_reaches_the_physio(clinic: Clinic) -> None:
    add_a_runner(clinic)
    assess(clinic, tender_cm="4.5", stretch="No", suggests="Mid-portion type")
    desk, phone = clinic.desk, clinic.phone
    desk.get_by_label("Stage", exact=True).select_option("3")
    desk.get_by_label("Why not stage 1").fill("Walks without pain for three weeks.")
    desk.get_by_role("button", name="Save the plan").click()
    desk.wait_for_url(re.compile(r"/cases/[^/]+/$"))
    with inside(clinic.physio.clinic):
        plan = Plan.objects.get()
    assert (plan.tendinopathy_type, plan.protocol, plan.sets, plan.reps) == ("MIDPORTION", "STEP", 3, 15)

    runner_comes_in(clinic)
    log_run(phone, 5, warm_up="Stayed, got worse")
    expect(phone.get_by_text("Not today").first).to_be_visible()  # at once, without any job
    expect(phone.get_by_text("5 out of 10").or_(phone.get_by_text("5/10")).first).to_be_visible()
    assert_accessible(phone)
    assert_no_overflow(phone)

    row = row_of(clinic, "5/10")
    expect(row).to_contain_text("Robin Field")
    wait_for(lambda: clinic.stage() == 2, "the step back to stage 2")
    expect(row).to_contain_text("2")
    assert_accessible(desk)
    assert_no_overflow(desk)

    mail = weekly_mail_is_due(clinic)
    assert re.search(r"\b1\b", mail.splitlines()[0]), mail
    assert "Robin" not in mail  # initials and names are the clinic's choice, and it has not chosen them


def test_a_step_is_refused_for_an_insertional_leg_and_flat_ground_assigned(clinic: Clinic) -> None:
    add_a_runner(clinic)
    assess(clinic, tender_cm="0.5", stretch="Yes", suggests="Insertional type")
    desk = clinic.desk
    choose_protocol(desk, "Heel drops off a step")
    desk.get_by_role("button", name="Save the plan").click()
    desk.locator("#errors").wait_for()
    with inside(clinic.physio.clinic):
        assert not Plan.objects.exists()
    choose_protocol(desk, "Heel lowering on the flat")
    desk.get_by_role("button", name="Save the plan").click()
    desk.wait_for_url(re.compile(r"/cases/[^/]+/$"))
    with inside(clinic.physio.clinic):
        assert Plan.objects.get().protocol == "FLAT"

    runner_comes_in(clinic)
    clinic.phone.goto("/me/plan/")
    expect(clinic.phone.get_by_text("not on a step").first).to_be_visible()


def in_care(clinic: Clinic, **options: object) -> Runner:
    """A runner of this clinic whose case began some weeks ago."""
    with transaction.atomic():
        return make_runner(
            physio=clinic.physio, opened_at=timezone.now() - timedelta(days=40), stage=3, **options
        )


def test_a_red_flag_gets_its_advice_at_once_and_a_physio_clears_it(clinic: Clinic) -> None:
    runner = in_care(clinic)
    sign_in_patient(clinic.phone, clinic.base_url, User.objects.get(pk=runner.member.user_id), clinic.inbox)
    phone, desk = clinic.phone, clinic.desk
    phone.goto("/me/help/")
    phone.get_by_label(re.compile("pop|snap", re.IGNORECASE)).first.check()
    phone.get_by_role("button", name="Show me what to do").click()
    expect(phone.get_by_role("link", name=re.compile("999")).first).to_be_visible()
    assert "RED_FLAG" in clinic.flags()  # in the same transaction, before any job
    assert_accessible(phone)
    phone.goto("/me/")
    expect(phone.locator("body")).not_to_contain_text(re.compile(r"\bYes\b.*minutes"))

    row = row_of(clinic, "Red flag")
    expect(row).to_contain_text(re.compile("pop or snap", re.IGNORECASE))
    desk.goto(f"/cases/{runner.case.pk}/red-flag/")
    for group in desk.locator("fieldset:has(input[type=radio])").all():
        group.get_by_role("radio").first.check()
    for box in desk.locator("input[name='ruled_out']").all():
        box.check()
    desk.get_by_label("What you found").fill("Calf squeeze normal, no gap, rises on toes.")
    desk.get_by_role("button", name="Clear the red flag").click()
    desk.wait_for_url(re.compile(r"/cases/[^/]+/$"))
    assert "RED_FLAG" not in clinic.flags()
    with inside(clinic.physio.clinic):
        cleared = Flag.objects.get(kind="RED_FLAG")
    assert cleared.resolved_by_id == clinic.physio.pk


def test_silence_passes_nothing_and_is_flagged(clinic: Clinic) -> None:
    """One run nine days ago, and nothing since: the clock has moved on."""
    runner = in_care(clinic)
    ran_at = timezone.now() - timedelta(days=9, hours=1)
    side = Side(next(iter(runner.tendons)))
    with transaction.atomic(), runner.signed_in():
        mornings.record(
            case=runner.case,
            entry=mornings.MorningEntry(
                client_id=uuid4(), occurred_at=ran_at - timedelta(hours=9), pain={side: 0}
            ),
            by=runner.member,
            now=ran_at - timedelta(hours=9),
        )
        runs.record(
            case=runner.case,
            entry=runs.RunEntry(
                client_id=uuid4(),
                occurred_at=ran_at,
                minutes=20,
                pain={side: 1},
                warm_up={side: WarmUp.RESOLVED},
            ),
            by=runner.member,
            now=ran_at,
        )
    row = row_of(clinic, "Gone quiet")
    expect(row).to_contain_text("No entry since")
    assert "NOT_LOGGING" in clinic.flags()
    assert clinic.stage() == 3  # nothing passed, nothing was taken back

    user = User.objects.get(pk=runner.member.user_id)
    sign_in_patient(clinic.phone, clinic.base_url, user, clinic.inbox)
    answer = clinic.phone.locator(".answer")
    expect(answer).to_be_visible()
    expect(answer).not_to_contain_text(re.compile(r"\bYes\b"))
