"""A broker that is down or slow is no runner's business: nothing that answers a request speaks to it."""

import ast
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import pytest

from patients.models import Membership
from physio.embedded import services
from physio.embedded.cluster import PROJECT
from rehab.models import PainReport
from tests import factories as make
from tests.cluster import Clone
from tests.faults.conftest import TIMES
from tests.services import Inbox, answers, part_environment, running, wait_for
from tests.sign_in import patient_client

SENDING = {"delay", "apply_async", "send_task", "signature", "apply"}
APPS = ("physio", "patients", "assessments", "rehab")


def calls_in(source: str) -> list[str]:
    """Every `something.delay(...)` and its kin."""
    return [
        node.func.attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SENDING
    ]


def modules() -> list[Path]:
    return [path for app in APPS for path in sorted((PROJECT / app).rglob("*.py"))]


def test_no_code_of_ours_sends_a_task() -> None:
    """Only beat does; the live app of the browser tests runs with a broker address where nobody listens."""
    looked_at = modules()
    assert len(looked_at) > 100
    assert {str(path): found for path in looked_at if (found := calls_in(path.read_text()))} == {}


@pytest.mark.parametrize("line", ["sweep.delay()", "rehab.tasks.sweep.apply_async(expires=3)"])
@pytest.mark.twin("S39")
def test_it_would_be_seen(line: str) -> None:
    assert calls_in(line)


def test_only_the_tasks_module_and_the_app_itself_know_celery() -> None:
    knows = {
        str(path.relative_to(PROJECT))
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("celery"))
        or (isinstance(node, ast.Import) and any(one.name.startswith("celery") for one in node.names))
    }
    assert knows <= {"rehab/tasks.py", "physio/celery.py", "physio/__init__.py"}


@dataclass
class BlackHole:
    """A broker's address that takes every call and never says a word."""

    listener: socket.socket
    callers: list[socket.socket] = field(default_factory=list)

    def listen(self) -> None:
        while True:
            try:
                self.callers.append(self.listener.accept()[0])
            except OSError:
                return


@pytest.fixture
def black_hole() -> Iterator[BlackHole]:
    hole = BlackHole(socket.create_server(("127.0.0.1", 0)))
    threading.Thread(target=hole.listen, daemon=True).start()
    yield hole
    hole.listener.shutdown(socket.SHUT_RDWR)
    for one in (hole.listener, *hole.callers):
        one.close()


@pytest.fixture
def web(cluster: Clone, smtp_sink: Inbox, black_hole: BlackHole, tmp_path: Path) -> Iterator[str]:
    """The product behind gunicorn, told that its broker is in the black hole."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        env = part_environment(
            cluster.app_url,
            smtp_sink,
            PLIMSOLL_BASE_URL=url,
            PLIMSOLL_MONITOR_TOKEN="word",
            BROKER_URL=f"redis://127.0.0.1:{black_hole.listener.getsockname()[1]}/0",
        )
        child = services.web(env, tmp_path / "web.log", listener.fileno())
        with running(child):
            wait_for(lambda: answers(url, child), "the web")
            yield url


def runner() -> Membership:
    physio = make.make_member(make.make_clinic())
    patient = make.make_patient(physio.clinic, responsible=physio)
    make.make_plan(make.tendon_of(make.make_case(patient)))
    return make.patient_login(patient)


@pytest.mark.check("S39")
def test_a_broker_in_a_black_hole_costs_a_logging_runner_nothing(
    web: str, black_hole: BlackHole, tried: Callable[..., None]
) -> None:
    """S39: entries go through a real web server; the broker's address is never even called."""
    member, token = runner(), "a" * 32
    session = patient_client(member).cookies["sessionid"].value
    headers = {
        "Cookie": f"sessionid={session}; csrftoken={token}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    times, statuses = [], []
    for number in range(20 * TIMES):
        said = {"csrfmiddlewaretoken": token, "client_id": uuid4(), "pain_left": number % 4}
        began = time.perf_counter()
        with closing(HTTPConnection(urlsplit(web).netloc, timeout=40)) as line:
            line.request("POST", "/me/morning/", urlencode(said), headers)
            statuses.append(line.getresponse().status)
        times.append(time.perf_counter() - began)
    with make.inside(member.clinic_id):
        stored = PainReport.objects.count()
    tried(
        "S39",
        requests=len(times),
        p99_ms=round(quantiles(times, n=100)[98] * 1000),
        errors=sum(one >= 500 for one in statuses),
        stored=stored,
        calls_to_the_broker=len(black_hole.callers),
    )
    assert black_hole.callers == []
    assert set(statuses) == {302}
    assert stored == len(statuses)
    with closing(HTTPConnection(urlsplit(web).netloc, timeout=40)) as line:
        line.request("GET", "/metrics/", headers={"Authorization": "Bearer word"})
        counted = (
            line.getresponse().read().decode()
        )  # of all web processes, not only of the one that is asked
    name = 'plimsoll_request_seconds_count{method="POST",route="portal_morning",status="3xx"}'
    assert f"{name} {len(times)}.0" in counted
