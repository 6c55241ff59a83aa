"""A bad line between a browser and the live app: it loses, doubles, delays or breaks what goes over it."""

from __future__ import annotations

import http.client
import random
import socket
import struct
import threading
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

DROP_BEFORE, DROP_AFTER, TWICE, LATE_AGAIN, BROKEN, FORBIDDEN = (
    "dropped before the server",
    "answer dropped",
    "sent twice",
    "sent again later",
    "502",
    "403",
)
FAULTS = (DROP_BEFORE, DROP_AFTER, TWICE, LATE_AGAIN, BROKEN, FORBIDDEN)


class Line(ThreadingHTTPServer):
    """`down`: nothing goes through. `rate`: the share of requests to `/me/` that meet a fault."""

    daemon_threads = True

    def __init__(self, upstream: str, seed: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = urlsplit(upstream).netloc
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.down, self.rate = False, 0.0
        self.random = random.Random(seed)
        self.met: Counter[str] = Counter()
        self.late: list[tuple[str, str, dict[str, str], bytes]] = []
        self.faults: tuple[str, ...] = FAULTS
        self.rewrite: tuple[str, bytes, bytes] | None = None  # path, words, other words

    def fault(self, path: str) -> str:
        if not path.startswith("/me/") or self.random.random() >= self.rate:
            return ""
        chosen = self.random.choice(self.faults)
        self.met[chosen] += 1
        return chosen

    def forward(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, list, bytes]:
        connection = http.client.HTTPConnection(self.upstream, timeout=30)
        try:
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            said = answer.read()
            if self.rewrite and path == self.rewrite[0]:
                said = said.replace(self.rewrite[1], self.rewrite[2])
            return answer.status, answer.getheaders(), said
        finally:
            connection.close()


class _Handler(BaseHTTPRequestHandler):
    server: Line

    def _answer(self) -> None:
        line = self.server
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
        if line.down:
            return self._hang_up()
        fault = line.fault(self.path)
        if fault == DROP_BEFORE:
            return self._hang_up()
        if fault in (BROKEN, FORBIDDEN):
            return self._say(int(fault), [("Content-Type", "text/html")], b"<p>The line says no.</p>")
        request = (self.command, self.path, headers, body)
        if fault == LATE_AGAIN and self.command == "POST":
            line.late.append(request)
        elif line.late and self.command == "POST" and line.random.random() < 0.3:
            line.forward(*line.late.pop(0))  # overtaken by others meanwhile
        try:
            if fault == TWICE:
                line.forward(*request)
            status, said, content = line.forward(*request)
        except OSError:
            return self._hang_up()
        if fault == DROP_AFTER:
            return self._hang_up()
        return self._say(status, said, content)

    do_GET = do_POST = do_HEAD = _answer  # noqa: N815  the names that http.server wants

    def _say(self, status: int, headers: list, content: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in ("connection", "content-length", "transfer-encoding"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def handle(self) -> None:
        with suppress(OSError):  # the browser went away
            super().handle()

    def finish(self) -> None:
        with suppress(OSError, ValueError):
            super().finish()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def bad_line(upstream: str, seed: int = 1) -> Generator[Line, None, None]:
    line = Line(upstream, seed)
    thread = threading.Thread(target=line.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield line
    finally:
        line.shutdown()
        thread.join()
        line.server_close()
