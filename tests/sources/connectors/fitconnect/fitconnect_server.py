"""A delivery service of FIT-Connect on this machine: OAuth2, paged event logs, keys, rate limits; and whoever signs."""

import datetime as dt
import json
import os
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.sources.asking.fault_server import answering

SHARED = Path(os.environ.get("PAPIERWENDE_SHARED_DATA", Path(__file__).parents[5] / "shared" / "data"))
SAMPLES = SHARED / "fitconnect_samples"
SAMPLE_CASES = (
    "36f675cc-81e7-4ef5-a8e2-5d940ed90475",
    "92276658-1e27-41c0-8a6a-63ec24ede6a4",
    "3f98e277-4cbd-47ad-9c90-a9587403e430",
)
DESTINATION = "9531985d-5d9d-49f8-9818-e811892f902b"
SERVICE = "https://submission-api-testing.fit-connect.fitko.dev"
EVENTS = "https://schema.fitko.de/fit-connect/events/"
SCHEMA = "https://schema.fitko.de/fit-connect/set-payload/1.2.2/set-payload.schema.json"
CLIENT_ID, SECRET = "client-of-the-town", "not-to-be-told"
LARGEST_PAGE = 500


def sample(name: str) -> bytes:
    """A shared sample, byte for byte."""
    if not SAMPLES.is_dir():
        pytest.skip("the shared FIT-Connect samples are not here")
    return (SAMPLES / name).read_bytes()


@cache
def private_key(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """A key of this name, made once."""
    return rsa.generate_private_key(65537, bits)


def public_jwk(name: str, **more: Any) -> dict[str, Any]:
    """The public half of a key as it is published; its number is its name."""
    jwk = jwt.algorithms.RSAPSSAlgorithm.to_jwk(private_key(name).public_key(), as_dict=True)
    return {**jwk, "kid": name, "alg": "PS512", "use": "sig", "key_ops": ["verify"], **more}


def claims(case: str, event: str, at: dt.datetime, **more: Any) -> dict[str, Any]:
    """What a token says; ``more`` replaces claims, None drops one."""
    said = {
        "$schema": SCHEMA,
        "jti": str(uuid.uuid4()),
        "iss": SERVICE,
        "iat": int(at.replace(tzinfo=dt.UTC).timestamp()),
        "sub": f"submission:{uuid.uuid5(uuid.NAMESPACE_OID, case)}",
        "txn": f"case:{case}",
        "events": {f"{EVENTS}{event}": {}},
        **more,
    }
    return {name: value for name, value in said.items() if value is not None}


def signed(said: Mapping[str, Any], key: str = "service", **header: Any) -> str:
    """A real token under PS512."""
    headers = {"typ": "secevent+jwt", "alg": "PS512", "kid": key, **header}
    return jwt.PyJWS().encode(json.dumps(said).encode(), private_key(key), "PS512", headers)


def token(case: str, event: str, at: dt.datetime, **more: Any) -> str:
    """A right token of the delivery service."""
    return signed(claims(case, event, at, **more))


@dataclass
class Town:
    """What the delivery service has for this town, how it behaves, and what it was asked."""

    logs: dict[str, list[Any]] = field(default_factory=dict)
    whole: dict[str, bytes] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    keys: list[dict[str, Any]] = field(default_factory=list)
    destination_keys: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    forbidden: set[str] = field(default_factory=set)
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    token_seconds: int = 1800
    rate_limit: list[tuple[int, int]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    granted: set[str] = field(default_factory=set)
    address: str = ""

    @property
    def asked_cases(self) -> list[str]:
        """The cases whose events were asked for, in order."""
        return [path.split("/")[3] for path in self.asked if path.startswith("/v1/cases/")]

    def forget(self) -> None:
        """Begin to count anew what was asked."""
        self.asked.clear()


def sample_town() -> Town:
    """The shared samples as one town, byte for byte."""
    whole = {case: sample(f"case_{number}_events.json") for number, case in enumerate(SAMPLE_CASES)}
    logs = {case: json.loads(content)["eventLog"] for case, content in whole.items()}
    return Town(logs, whole, waiting=[SAMPLE_CASES[2]], keys=json.loads(sample("jwks.json"))["keys"])


@contextmanager
def serving(town: Town) -> Iterator[Town]:
    """The town's delivery service, answering while this lasts."""

    class Handler(_Handler):
        served = town

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    town.address = f"http://127.0.0.1:{server.server_port}"
    with answering(server):
        yield town


class _Handler(BaseHTTPRequestHandler):
    served: Town
    protocol_version = "HTTP/1.1"
    # Head and body leave together; apart, each answer waits for the other side's delayed acknowledgement.
    wbufsize = -1

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.served.asked.append(f"POST {self.path}")
        if self.path in self.served.answers:
            status, headers, answer = self.served.answers[self.path]
            return self._answer(status, answer, headers)
        form = parse_qs(body, strict_parsing=True)
        right = {"grant_type": ["client_credentials"], "client_id": [CLIENT_ID], "client_secret": [SECRET]}
        if self.path != "/token" or self.headers["Content-Type"] != "application/x-www-form-urlencoded":
            return self._problem(400, "no form")
        if form != right or "Authorization" in self.headers:
            return self._answer(401, json.dumps({"error": "invalid_client"}).encode())
        granted = f"granted-{len(self.served.asked)}"
        self.served.granted.add(granted)
        grant = {"access_token": granted, "token_type": "Bearer", "expires_in": self.served.token_seconds}
        return self._answer(200, json.dumps(grant).encode())

    def do_GET(self) -> None:
        town, url = self.served, urlsplit(self.path)
        town.asked.append(self.path)
        if url.path in town.answers:
            status, headers, body = town.answers[url.path]
            return self._answer(status, body, headers)
        if url.path == "/.well-known/jwks.json":
            return self._answer(200, json.dumps({"keys": town.keys}).encode())
        if self.headers.get("Authorization", "").removeprefix("Bearer ") not in town.granted:
            return self._problem(401, "Unauthorized")
        parts = url.path.strip("/").split("/")
        query = {name: int(values[0]) for name, values in parse_qs(url.query).items()}
        if not query.get("offset", 0) >= 0 or not 1 <= query.get("limit", 100) <= LARGEST_PAGE:
            return self._problem(400, "limit must lie between 1 and 500")
        return self._routed(parts, query.get("offset", 0), query.get("limit", 100))

    def _routed(self, parts: list[str], offset: int, limit: int) -> None:
        town = self.served
        match parts:
            case ["v1", "submissions"]:
                listed = [
                    {"destinationId": DESTINATION, "submissionId": str(uuid.uuid4()), "caseId": case}
                    for case in town.waiting
                ]
                self._page("submissions", listed, offset, limit)
            case ["v1", "cases", case, "events"] if case in town.forbidden:
                self._problem(403, "Forbidden")
            case ["v1", "cases", case, "events"] if case in town.logs:
                log = town.logs[case]
                if case in town.whole and offset == 0 and limit >= len(log):
                    return self._answer(200, town.whole[case])
                self._page("eventLog", log, offset, limit)
            case ["v1", "destinations", destination, "keys", kid] if (destination, kid) in town.destination_keys:
                self._answer(200, json.dumps(town.destination_keys[destination, kid]).encode())
            case _:
                self._problem(404, "Not Found")
        return None

    def _page(self, name: str, listed: list[Any], offset: int, limit: int) -> None:
        page = listed[offset : offset + limit]
        content = {"offset": offset, "count": len(page), "totalCount": len(listed), name: page}
        self._answer(200, json.dumps(content).encode())

    def _problem(self, status: int, title: str) -> None:
        content = {"type": "about:blank", "title": title, "detail": self.path, "instance": "x"}
        self._answer(status, json.dumps(content).encode(), {"Content-Type": "application/problem+json"})

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        limits = self.served.rate_limit
        left, reset = limits.pop(0) if limits and self.command == "GET" else (99, 60)
        sent = {"Content-Type": "application/json", "RateLimit-Limit": "100", **(headers or {})}
        sent |= {"RateLimit-Remaining": str(left), "RateLimit-Reset": str(reset), "Content-Length": str(len(body))}
        for name, value in sent.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
