"""Plimsoll, put together: which parts there are, in which order, and what each is told."""

import json
import smtplib
import socket
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from physio.embedded import broker, layout, ports, services
from physio.embedded.cluster import Cluster
from physio.embedded.part import Part
from physio.embedded.rank import find_rank
from physio.embedded.seed import interrupted, seed_once, seed_rest, sign_ins
from physio.embedded.supervisor import Supervisor, say

DATABASE = "plimsoll"
LARGEST_LOG = 5 * 1024 * 1024  # bytes; a larger one is put aside at the next start


def start(supervisor: Supervisor, root: Path) -> None:
    """Returns when the web answers; the listeners live as long as the process."""
    began = time.monotonic()
    port = ports.wanted()
    web, mail = ports.listen(port), ports.listen(0)
    rank = find_rank()
    place = layout.lay_out(root, rank)
    _set_large_logs_aside(root)
    say(f"Plimsoll, with its data in {root}")

    cluster = Cluster(
        place.postgres, place.sockets, place.log("postgres"), rank=rank, home=place.postgres_home
    )
    _start_postgres(supervisor, cluster)
    supervisor.start(_broker(place))
    env = _environments(cluster, place, port, mail)
    _prepare_database(supervisor, cluster, place, env["owner"])
    seed_once(supervisor, place, env["app"])
    _write_environment(place, env)
    supervisor.start(
        Part(
            "Mail sink",
            lambda: services.mail(place.log("mail"), mail.fileno(), place.mail),
            lambda _: _greets(mail),
        ),
        Part(
            "Web", lambda: services.web(env["app"], place.log("web"), web.fileno()), lambda _: _answers(port)
        ),
        Part(
            "Worker",
            lambda: services.worker(env["worker"], place.log("worker")),
            lambda child: child.said(" ready."),
        ),
        Part(
            "Beat",
            lambda: services.beat(env["worker"], place.log("beat")),
            lambda child: child.said("beat: Starting"),
        ),
    )
    if told := sign_ins(place):
        say(f"\n{told}")
    say(f"\nPlimsoll is ready after {time.monotonic() - began:.1f} s:  http://localhost:{port}/")
    say("Stop it with Ctrl-C.")
    seed_rest(supervisor, place, env["app"])


def _start_postgres(supervisor: Supervisor, cluster: Cluster) -> None:
    if not (cluster.data / "PG_VERSION").exists():
        say("  First start: making the database; this happens once.")
    cluster.initialise()
    supervisor.start(Part("Postgres", cluster.child, lambda _: cluster.answers()))
    cluster.assert_durable()
    cluster.prepare_roles()


def _broker(place: layout.Layout) -> Part:
    return Part(
        "Broker",
        lambda: broker.child(place.broker, place.broker_sockets, place.log("broker")),
        lambda _: broker.ready(place.broker_sockets),
    )


def _environments(
    cluster: Cluster, place: layout.Layout, port: int, mail: socket.socket
) -> dict[str, dict[str, str]]:
    """One for each role: the same words, another door to the database."""
    common = {
        "PLIMSOLL_SECRET_KEY": layout.secret_key(place.root),
        "PLIMSOLL_BASE_URL": f"http://localhost:{port}",
        "PLIMSOLL_MAIL_DIR": str(place.mail),
        "PLIMSOLL_LEDGER": str(place.root / "ledger"),
        "BROKER_URL": broker.url(place.broker_sockets),
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(mail.getsockname()[1]),
        "PLIMSOLL_PG_BIN": str(cluster.home / "bin"),
        **layout.push_keys(place.root),
    }
    return {
        role: services.environment(DATABASE_URL=cluster.url(f"plimsoll_{role}", DATABASE), **common)
        for role in ("owner", "app", "worker", "backup")
    }


def _prepare_database(
    supervisor: Supervisor, cluster: Cluster, place: layout.Layout, env: dict[str, str]
) -> None:
    began = time.monotonic()
    if interrupted(place):
        cluster.drop_database(DATABASE)
        place.seeded.unlink()
    cluster.prepare_database(DATABASE)
    trouble = "The database could not be brought up to date; nothing was started."
    supervisor.step(
        services.python("migrate", ["physio.embedded.prepare"], env, place.log("migrate")), trouble
    )
    say(f"  {'Database':<12} ready  {time.monotonic() - began:5.1f} s")


def _write_environment(place: layout.Layout, env: dict[str, dict[str, str]]) -> None:
    """For `python -m physio.embedded manage`, which speaks to the running product."""
    place.environment.touch(mode=0o600)
    place.environment.write_text(json.dumps(env, indent=2))


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/health/", timeout=5) as response:
            return bool(response.status == 200)
    except (URLError, OSError):
        return False


def _greets(mail: socket.socket) -> bool:
    try:
        with smtplib.SMTP("127.0.0.1", mail.getsockname()[1], timeout=5) as client:
            return client.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


def _set_large_logs_aside(root: Path) -> None:
    for log in sorted((root / "log").glob("*.log")):
        if log.stat().st_size > LARGEST_LOG:
            log.replace(log.with_suffix(".log.1"))
