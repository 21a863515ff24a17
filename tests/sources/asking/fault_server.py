"""A real HTTP server on this machine that answers by a script, faults and all, and remembers what it was asked."""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

JSON = {"Content-Type": "application/json"}
DRIP_SECONDS = 0.01


@dataclass(frozen=True)
class Asked:
    """One question as it came over the wire."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """One answer: ``cut`` ends before its Content-Length, ``drip`` trickles, ``hang`` never begins."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    fault: Literal["cut", "drip", "hang"] | None = None


Script = Callable[[Asked], Reply]


def replied(content: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """An answer of JSON."""
    return Reply(status, json.dumps(content).encode(), {**JSON, **(headers or {})})


class FaultServer:
    """What is answered by path; each path has a script, or answers that are used up one by one, the last for ever."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: list[Asked] = []
        self._scripts: dict[str, Script] = {}
        self._lock = threading.Lock()

    def script(self, path: str, script: Script) -> None:
        """Answer questions for a path by a function."""
        self._scripts[path] = script

    def answers(self, path: str, *replies: Reply) -> None:
        """Answer questions for a path with these, one after the other."""
        left = list(replies)
        self._scripts[path] = lambda _: left.pop(0) if len(left) > 1 else left[0]

    def reply(self, asked: Asked) -> Reply:
        """The next answer for a question, which is remembered."""
        with self._lock:
            self.asked.append(asked)
            script = self._scripts.get(asked.path)
            return script(asked) if script else replied({"detail": "Not found."}, 404)

    def asked_for(self, path: str) -> list[Asked]:
        """The questions for one path."""
        return [asked for asked in self.asked if asked.path == path]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body leave in two packets; the second must not wait for the first to be acknowledged.
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        parts = urlsplit(self.path)
        asked = Asked(
            self.command,
            parts.path,
            dict(parse_qsl(parts.query, keep_blank_values=True)),
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(length),
        )
        self._send(self.server.book.reply(asked))

    do_POST = do_GET

    def _send(self, reply: Reply) -> None:
        if reply.fault == "hang":
            self.server.over.wait(30)
            self.close_connection = True
            return
        self.send_response_only(reply.status)
        given = {name.lower() for name in reply.headers}
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if "content-length" not in given:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if reply.fault == "drip":
            self._drip(reply.body)
        elif reply.fault == "cut":
            self.wfile.write(reply.body[: len(reply.body) // 2])
            self.close_connection = True
        else:
            self.wfile.write(reply.body)

    def _drip(self, body: bytes) -> None:
        for number in range(len(body)):
            if self.server.over.wait(DRIP_SECONDS):
                break
            try:
                self.wfile.write(body[number : number + 1])
            except OSError:
                break
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    book: FaultServer
    over: threading.Event

    def handle_error(self, request: object, client_address: object) -> None:
        pass


@contextmanager
def serving(certificate: Path | None = None) -> Iterator[FaultServer]:
    """A server on a free port; with a certificate and key in one PEM file it speaks TLS."""
    server = _Server(("127.0.0.1", 0), _Handler)
    scheme = "http"
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    server.book = FaultServer(f"{scheme}://127.0.0.1:{server.server_address[1]}")
    server.over = threading.Event()
    with answering(server):
        try:
            yield server.book
        finally:
            server.over.set()


@contextmanager
def answering(server: ThreadingHTTPServer) -> Iterator[None]:
    """A server that answers in a thread of its own while this lasts."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def make_certificate(path: Path) -> Path:
    """A certificate for 127.0.0.1 that only its owner trusts, with its key, as one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "town hall")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    return path
