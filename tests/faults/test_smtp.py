"""A mail server with bad days: it answers 4xx, drops the line before and after taking a mail, and hangs."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from patients.models import Clinic, MailState, OutboxMail
from rehab.actions import outbox
from tests import factories as make
from tests.faults.conftest import TIMES
from tests.services import free_port
from tests.worker import working

NOW = make.NOW
pytestmark = pytest.mark.django_db(transaction=True)


class BadDays:
    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.kept: list[str] = []
        self.moods: Counter[str] = Counter()

    def _mood(self, *moods: str, share: float = 0.12) -> str:
        mood = self.chance.choice(moods) if self.chance.random() < share else "good"
        self.moods[mood] += 1
        return mood

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        mood = self._mood("451 later", "dropped before", "hung")
        if mood == "451 later":
            return "451 Later"
        if mood == "dropped before":
            server.transport.close()
        if mood == "hung":
            await asyncio.sleep(0.6)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.kept.append(str(message_from_bytes(content)["Message-ID"]))
        if self._mood("dropped after", share=0.05) == "dropped after":
            server.transport.close()
        return "250 Kept"


@pytest.fixture
def bad_days(settings: pytest.FixtureRequest) -> Iterator[BadDays]:
    server = BadDays(seed=7)
    controller = Controller(server, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_TIMEOUT = 0.3
    yield server
    controller.stop()


def send_all(mails: int, clinic: Clinic) -> Counter[str]:
    """Until none is left, or forty times two hours have gone by; how many are in each state."""
    now, states = NOW, Counter[str]()
    for _ in range(40):
        with working(), outbox.post_office({}) as office:
            while office.deliver_batch(now=now):
                pass
        with make.inside(clinic):
            states = Counter(OutboxMail.objects.values_list("state", flat=True))
        if states[MailState.SENT] == mails:
            break
        now += timedelta(hours=2)
    return states


@pytest.mark.check("S38")
def test_every_mail_arrives_and_only_a_line_dropped_after_it_was_taken_repeats_one(
    bad_days: BadDays, tried: Callable[..., None]
) -> None:
    clinic = make.make_clinic()
    mails = {make.make_mail(clinic).message_id for _ in range(80 * TIMES)}
    states = send_all(len(mails), clinic)
    repeated = len(bad_days.kept) - len(mails)
    tried(
        "S38",
        mails=len(mails),
        lost=len(mails - {*bad_days.kept}),
        repeated=repeated,
        server=" / ".join(f"{mood} {count}" for mood, count in sorted(bad_days.moods.items())),
    )
    assert states == {MailState.SENT: len(mails)}
    assert {*bad_days.kept} == mails
    assert repeated <= bad_days.moods["dropped after"] + bad_days.moods["hung"]
    assert len(bad_days.moods) == 5, "the server had no bad days: nothing was tried"


@pytest.mark.twin("S38")
def test_with_the_guard_off_mails_are_lost(
    bad_days: BadDays, tried: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mailer that ticks a mail off whatever became of it."""
    monkeypatch.setattr(
        outbox.PostOffice, "_try_again", lambda office, mail, error, now: office._tick_off(mail, now)
    )
    clinic = make.make_clinic()
    mails = {make.make_mail(clinic).message_id for _ in range(40)}
    send_all(len(mails), clinic)
    lost = len(mails - {*bad_days.kept})
    tried("S38", guard="off", mails=len(mails), lost=lost)
    assert lost
