"""A mail server that throws everything away. It says its port, then takes mail until it is killed."""

import asyncio
from typing import Any


class _Sink(asyncio.Protocol):
    def connection_made(self, transport: Any) -> None:
        self.transport, self.data, self.in_mail = transport, b"", False
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self.data += data
        while True:
            if self.in_mail:
                _, end, rest = self.data.partition(b"\r\n.\r\n")
                if not end:
                    return
                self.data, self.in_mail = rest, False
                self.transport.write(b"250 ok\r\n")
                continue
            line, end, rest = self.data.partition(b"\r\n")
            if not end:
                return
            self.data = rest
            word = line[:4].upper()
            self.in_mail = word == b"DATA"
            if word == b"QUIT":
                self.transport.write(b"221 bye\r\n")
                self.transport.close()
                return
            self.transport.write(b"354 go\r\n" if self.in_mail else b"250 ok\r\n")


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(_Sink, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
