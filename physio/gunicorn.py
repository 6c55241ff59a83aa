"""How gunicorn serves Plimsoll, here and in production: `gunicorn -c python:physio.gunicorn physio.wsgi`.

Threads, never ASGI: the views are synchronous. Access logs stay off: an address belongs to a
person, and the reverse proxy has its own.
"""

import gc
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

bind = os.environ.get("PLIMSOLL_BIND", "0.0.0.0:8000")
workers = int(os.environ.get("PLIMSOLL_WEB_WORKERS", "2"))
worker_class = "gthread"
threads = int(os.environ.get("PLIMSOLL_WEB_THREADS", "4"))
timeout = 30
graceful_timeout = 10
keepalive = 5
max_requests = 20_000  # a slow leak never becomes an outage
max_requests_jitter = 2_000
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - memory; a read-only root has no other place
control_socket_disable = True
accesslog = None
forwarded_allow_ips = os.environ.get("PLIMSOLL_PROXY_IPS", "127.0.0.1")

# Each worker keeps its request times in a file here; whichever is asked adds them up (physio/web/metrics.py).
# prometheus_client looks for the folder once, when it is first imported, so nothing above may import it.
if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="plimsoll-times-")
_times = os.environ["PROMETHEUS_MULTIPROC_DIR"]


def post_worker_init(worker: Any) -> None:
    """What was loaded at the start stays until the end. Looking through all of it for cycles, now and then,
    stopped every thread for a tenth of a second."""
    gc.collect()
    gc.freeze()


def child_exit(server: Any, worker: Any) -> None:
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(server: Any) -> None:
    shutil.rmtree(_times, ignore_errors=True)
