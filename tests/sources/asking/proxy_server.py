"""A forward proxy on this machine, as a town hall has one between itself and the internet; it notes what it is asked."""

from __future__ import annotations

import select
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from tests.sources.asking.fault_server import answering

OWN = ("connection", "proxy-connection", "keep-alive", "transfer-encoding")


class ProxyServer(ThreadingHTTPServer):
    """Passes on what it is asked, or refuses with a status.

    Attributes:
        seen: per question its method and the address it was for.
        refuses: the status everybody gets instead; None lets everybody through.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.seen: list[tuple[str, str]] = []
        self.refuses: int | None = None

    @property
    def url(self) -> str:
        """As connection.proxy."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ProxyServer

    def do_CONNECT(self) -> None:
        if self._is_refused():
            return
        host, _, port = self.path.rpartition(":")
        with socket.create_connection((host, int(port)), timeout=10) as upstream:
            self.send_response_only(200)
            self.end_headers()
            ends = [self.connection, upstream]
            while ready := select.select(ends, [], [], 10)[0]:
                for end in ready:
                    received = end.recv(65536)
                    if not received:
                        return
                    ends[end is self.connection].sendall(received)

    def do_GET(self) -> None:
        if self._is_refused():
            return
        parts = urlsplit(self.path)
        upstream = HTTPConnection(parts.netloc, timeout=10)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in OWN}
        upstream.request(self.command, self.path.removeprefix(f"http://{parts.netloc}"), headers=headers)
        answer = upstream.getresponse()
        body = answer.read()
        self.send_response_only(answer.status)
        self.send_header("Content-Type", answer.headers["Content-Type"])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _is_refused(self) -> bool:
        self.server.seen.append((self.command, self.path))
        self.close_connection = True
        if self.server.refuses is not None:
            self.send_error(self.server.refuses)
        return self.server.refuses is not None

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def running_proxy() -> Iterator[ProxyServer]:
    """A proxy that lets everybody through until it is told otherwise."""
    proxy = ProxyServer()
    with answering(proxy):
        yield proxy
