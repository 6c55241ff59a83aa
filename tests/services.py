"""Real parts for tests: broker, Celery worker and beat, SMTP sink, the product behind gunicorn."""

import email
import email.policy
import os
import smtplib
import socket
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from urllib.request import urlopen

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django.fixtures import Settings

from physio.celery import app
from physio.embedded import broker as embedded_broker
from physio.embedded import services
from physio.embedded.processes import Child
from physio.web.push_keys import new_pair
from tests.cluster import Clone, this_clone

READY_SECONDS = 120.0  # only a test that fails takes so long; a busy machine needs a minute to start a worker


def wait_for(condition: Callable[[], bool], what: str, seconds: float = READY_SECONDS) -> None:
    """Look again and again until it holds; a test never sleeps for a guessed time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"Waited {seconds:.0f} s in vain for {what}.")
        time.sleep(0.02)


@contextmanager
def running(part: "Child | Broker") -> Generator[None, None, None]:
    """Started, and stopped again whatever happens: what one test leaves behind fails the next one."""
    try:
        part.start()
        yield
    finally:
        part.stop()


@dataclass
class Inbox:
    """The sink: every message that went over real SMTP, oldest first."""

    messages: list[EmailMessage] = field(default_factory=list)
    host: str = "127.0.0.1"
    port: int = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        message = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        message["X-Envelope-To"] = ", ".join(envelope.rcpt_tos)
        self.messages.append(message)
        return "250 Kept"

    def to(self, address: str) -> list[EmailMessage]:
        return [message for message in self.messages if address in str(message["X-Envelope-To"])]

    def wait(self, address: str, count: int = 1) -> EmailMessage:
        """The newest message to `address`, as soon as `count` have come."""
        wait_for(lambda: len(self.to(address)) >= count, f"{count} message(s) to {address}")
        return self.to(address)[-1]


@pytest.fixture(scope="session")
def _sink() -> Generator[Inbox, None, None]:
    inbox = Inbox(port=free_port())
    controller = Controller(inbox, hostname=inbox.host, port=inbox.port)
    controller.start()
    yield inbox
    controller.stop()


@pytest.fixture
def smtp_sink(_sink: Inbox, settings: Settings) -> Inbox:
    """Django in this process, the worker and the live app all send here, over real SMTP."""
    _sink.messages.clear()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = _sink.host, _sink.port
    return _sink


@dataclass(frozen=True)
class Broker:
    url: str
    child: Child

    def stop(self) -> None:
        self.child.stop()

    def start(self) -> None:
        self.child.start()
        wait_for(
            lambda: embedded_broker.ready(Path(self.url.removeprefix("redis+socket://")).parent), "the broker"
        )


def broker_in(folder: Path, name: str) -> Broker:
    """Not started yet. `name` keeps its socket apart from others of this process."""
    sockets = this_clone().folder / f"{name}{os.getpid()}"
    folder.mkdir(exist_ok=True)
    child = embedded_broker.child(folder / "broker", sockets, folder / "broker.log")
    return Broker(embedded_broker.url(sockets), child)


def nudge(broker: Broker, task: str) -> None:
    """The message that beat sends at a tick."""
    with app.connection_for_write(broker.url) as connection:
        app.send_task(task, connection=connection)


@contextmanager
def running_together() -> Generator[list[Child], None, None]:
    """Whatever is put in is stopped in the end, all at once: a worker takes seconds over its goodbye."""
    parts: list[Child] = []
    try:
        yield parts
    finally:
        with ThreadPoolExecutor(max_workers=8) as side_by_side:
            list(side_by_side.map(Child.stop, parts))


def start_jobs(
    parts: list[Child], env: dict[str, str], folder: Path, *, beat: bool, concurrency: int = 1
) -> Child:
    """A real worker, which is told, and beat beside it, ready for work."""
    number = len(list(folder.glob("worker*.log")))
    worker = services.worker(env, folder / f"worker{number}.log", concurrency=concurrency)
    started = [worker, services.beat(env, folder / f"beat{number}.log")] if beat else [worker]
    parts += started
    for part in started:
        part.start()
    wait_for_words(worker, " ready.")
    return worker


@pytest.fixture
def broker(tmp_path: Path) -> Generator[Broker, None, None]:
    """A real broker of this test's own; it may be stopped and started again."""
    part = broker_in(tmp_path, "b")
    with running(part):
        yield part


@pytest.fixture
def celery_worker_process(
    cluster: Clone, broker: Broker, smtp_sink: Inbox, tmp_path: Path
) -> Generator[Callable[..., Child], None, None]:
    """Call it to start a real worker, as the worker role; `beat=True` starts beat beside it."""
    with running_together() as parts:

        def start(*, beat: bool = False, concurrency: int = 1, **extra: str) -> Child:
            env = part_environment(cluster.worker_url, smtp_sink, BROKER_URL=broker.url, **extra)
            return start_jobs(parts, env, tmp_path, beat=beat, concurrency=concurrency)

        yield start


@pytest.fixture(scope="module")
def jobs(
    django_db_setup: None, _sink: Inbox, tmp_path_factory: pytest.TempPathFactory
) -> Generator[None, None, None]:
    """Worker and beat for all stories of a module: each finds a fresh database, as after a restore."""
    folder = tmp_path_factory.mktemp("jobs")
    broker = broker_in(folder, "m")
    env = part_environment(this_clone().worker_url, _sink, BROKER_URL=broker.url, PLIMSOLL_TICK_SECONDS="1")
    with running(broker), running_together() as parts:
        start_jobs(parts, env, folder, beat=True)
        yield


@dataclass(frozen=True)
class LiveApp:
    url: str
    child: Child


@pytest.fixture(scope="session")
def _web(
    django_db_setup: None, _sink: Inbox, tmp_path_factory: pytest.TempPathFactory
) -> Generator[LiveApp, None, None]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        url = f"http://127.0.0.1:{port}"
        env = part_environment(
            this_clone().app_url,
            _sink,
            PLIMSOLL_BASE_URL=url,
            PLIMSOLL_WEB_WORKERS="1",
            BROKER_URL="redis://127.0.0.1:1/0",
            **new_pair(),
        )
        child = services.web(env, tmp_path_factory.mktemp("web") / "web.log", listener.fileno())
        with running(child):
            wait_for(lambda: answers(url, child), "the live app")
            yield LiveApp(url, child)


@pytest.fixture
def live_app(transactional_db: None, _web: LiveApp, smtp_sink: Inbox) -> LiveApp:
    """The product behind gunicorn on this worker's database, as the app role. No request needs the broker."""
    return _web


def part_environment(database_url: str, sink: Inbox, **extra: str) -> dict[str, str]:
    return services.environment(
        DATABASE_URL=database_url,
        PLIMSOLL_SECRET_KEY=os.environ["PLIMSOLL_SECRET_KEY"],
        DJANGO_SETTINGS_MODULE=os.environ["DJANGO_SETTINGS_MODULE"],
        SMTP_HOST=sink.host,
        SMTP_PORT=str(sink.port),
        **extra,
    )


def answers(url: str, child: Child) -> bool:
    if not child.running():
        pytest.fail(f"{child.name} ended at once:\n{child.last_words(40)}")
    try:
        with urlopen(f"{url}/health/", timeout=5) as response:  # noqa: S310 - our own address
            return bool(response.status == 200)
    except OSError:  # refused, or too busy to answer in time
        return False


def wait_for_words(child: Child, words: str) -> None:
    def said() -> bool:
        found = words in child.log.read_text(errors="replace")
        if not found and not child.running():
            pytest.fail(f"{child.name} ended before it said {words!r}:\n{child.last_words(40)}")
        return found

    wait_for(said, f"{words!r} in the log of {child.name}")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def send(host: str, port: int, message: EmailMessage) -> None:
    with smtplib.SMTP(host, port, timeout=5) as client:
        client.send_message(message)
