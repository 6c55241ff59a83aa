"""The embedded broker: a redis-server on a Unix socket, with its messages on disk and none ever evicted."""

import os
from pathlib import Path

import redis

from physio.embedded import binaries
from physio.embedded.processes import Child

SOCKET = "broker.sock"


def url(sockets: Path) -> str:
    return f"redis+socket://{sockets / SOCKET}"


def child(data: Path, sockets: Path, log: Path) -> Child:
    for folder in (data, sockets):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings = {
        "port": "0",
        "unixsocket": str(sockets / SOCKET),
        "unixsocketperm": "700",
        "dir": str(data),
        "appendonly": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    options = [part for name, value in settings.items() for part in (f"--{name}", value)]
    return Child(
        name="broker",
        argv=[str(binaries.broker()), *options],
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
        log=log,
    )


def ready(sockets: Path) -> bool:
    client = redis.Redis(unix_socket_path=str(sockets / SOCKET), socket_timeout=2)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()
