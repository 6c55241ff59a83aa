"""The word to the outside, over real HTTP to a server of this test's own that behaves in every way."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from pytest_django.fixtures import Settings

from patients.models import Heartbeat
from rehab.actions import deadman, heartbeats
from rehab.queries import health
from tests import factories as make
from tests.services import free_port
from tests.worker import working

NOW = make.NOW
pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Server:
    """Answers each call with `says`; None: takes it and says nothing. `drips`: then goes on, byte by byte."""

    listener: socket.socket
    says: bytes | None = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    drips: bool = False
    asked: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}/ping/word"

    def serve(self) -> None:
        while True:
            try:
                line, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(line,), daemon=True).start()

    def _answer(self, line: socket.socket) -> None:
        with line:
            self.asked.append(line.recv(2000))
            if self.says is not None:
                line.sendall(self.says)
            try:
                while self.says is None or self.drips:
                    time.sleep(0.05)
                    if self.drips:
                        line.sendall(b"X-More: 1\r\n")
                    elif not line.recv(1):
                        return
            except OSError:
                return


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    made = Server(socket.create_server(("127.0.0.1", 0)))
    threading.Thread(target=made.serve, daemon=True).start()
    settings.DEADMAN_URL = made.url
    yield made
    made.listener.shutdown(socket.SHUT_RDWR)
    made.listener.close()


@pytest.fixture(autouse=True)
def jobs_run(transactional_db: None) -> None:
    with working():
        for name in health.JOBS:
            heartbeats.beat(name=name, now=NOW, detail={})


def ping() -> bool:
    with working():
        return deadman.ping(now=NOW)


def told() -> bool:
    with working():
        return Heartbeat.objects.filter(name=deadman.HEARTBEAT).exists()


def test_it_is_asked_once_and_told_nothing(server: Server) -> None:
    assert ping()
    (request,) = server.asked
    assert request.startswith(b"GET /ping/word HTTP/1.1\r\n") and request.endswith(b"\r\n\r\n")
    assert told()


@pytest.mark.parametrize(
    "says",
    [b"HTTP/1.1 500 Not now\r\nContent-Length: 0\r\n\r\n", b"HTTP/1.1 404 Gone\r\n\r\n", b"hello\r\n", b""],
    ids=["500", "404", "not HTTP", "hangs up"],
)
def test_an_answer_that_is_none_counts_as_no_word(server: Server, says: bytes) -> None:
    server.says = says
    assert not ping()
    assert server.asked and not told()


@pytest.mark.parametrize(("says", "drips"), [(None, False), (b"HTTP/1.1 200 OK\r\n", True)])
def test_a_server_that_hangs_or_drips_does_not_hold_the_worker(
    server: Server, monkeypatch: pytest.MonkeyPatch, says: bytes | None, drips: bool
) -> None:
    monkeypatch.setattr(deadman, "SECONDS", 0.3)
    server.says, server.drips = says, drips
    began = time.monotonic()
    assert not ping()
    assert time.monotonic() - began < 3
    assert server.asked and not told()


def test_a_server_that_is_not_there(settings: Settings) -> None:
    settings.DEADMAN_URL = f"http://127.0.0.1:{free_port()}/"
    assert not ping()
    assert not told()


def test_no_word_while_a_job_lags(server: Server) -> None:
    with working():
        Heartbeat.objects.filter(name="mail").update(beat_at=NOW - 2 * health.STALE_AFTER)
    assert not ping()
    assert server.asked == []


def test_with_the_guard_off_a_dead_job_goes_unnoticed(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with working():
        Heartbeat.objects.filter(name="mail").update(beat_at=NOW - 2 * health.STALE_AFTER)
    monkeypatch.setattr(health, "checks", lambda now: [])
    assert ping()
