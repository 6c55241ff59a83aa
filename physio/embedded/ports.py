"""The web's address, taken before anything is started."""

import errno
import os
import socket

from physio.embedded.problem import Problem

DEFAULT = 8000


def wanted() -> int:
    value = os.environ.get("PLIMSOLL_PORT") or str(DEFAULT)
    if not value.isdecimal() or not 1 <= int(value) <= 65535:
        raise Problem(f"PLIMSOLL_PORT is {value!r}. Write a number from 1 to 65535.")
    return int(value)


def listen(port: int) -> socket.socket:
    """Loopback only: demo data have demo passwords."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise Problem(
                f"Port {port} is taken by another program. Stop that one, or choose another port: "
                f"PLIMSOLL_PORT={port + 1 if port < 65535 else DEFAULT} make run"
            ) from None
        raise Problem(
            f"Port {port} cannot be used: {error.strerror}. Choose another: PLIMSOLL_PORT=8001 make run"
        ) from None
    listener.listen(128)
    return listener
