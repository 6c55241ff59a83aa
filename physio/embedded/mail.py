"""The local mail sink: accepts every message and keeps it as one file. Development only.

Run as `python -m physio.embedded.mail SOCKET_NUMBER FOLDER`.
"""

import asyncio
import itertools
import signal
import socket
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

LARGEST = 10 * 1024 * 1024  # bytes


class Folder:
    """Writes each message under a name that sorts by arrival; a half-written one is never seen."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._numbers = itertools.count()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's word
        name = f"{time.time_ns():020d}-{next(self._numbers):04d}"
        draft = self._path / f"{name}.part"
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        draft.write_bytes(b"X-Envelope-To: " + ", ".join(envelope.rcpt_tos).encode() + b"\r\n" + content)
        draft.rename(draft.with_suffix(".eml"))
        return "250 Kept"


async def serve(listener: socket.socket, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    handler = Folder(folder)
    server = await loop.create_server(
        lambda: SMTP(handler, hostname="localhost", data_size_limit=LARGEST, enable_SMTPUTF8=True),
        sock=listener,
    )
    async with server:
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(serve(socket.socket(fileno=int(sys.argv[1])), Path(sys.argv[2])))
