"""FIT-Connect's delivery service over HTTP: log in, and the three questions that name no person.

Waiting submissions (of them only the numbers of cases), the event log of a case, and public keys. Metadata, data and
attachments of a submission are never asked for.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

import httpx2

from sources.asking.answers import Answer
from sources.asking.web import Web
from sources.batches.protocol import Refused
from sources.connectors.fitconnect.tokens import UUID
from sources.town.connection import Connection
from sources.town.source import Source

LARGEST_PAGE: Final = 500
RIGHTS: Final = "the id and secret of a client of this destination with the right to fetch submissions"
NO_RIGHTS: Final = "no_rights"
BAD_REQUEST, UNAUTHORIZED, VANISHED = 400, 401, (404, 410)
TOKEN_SECONDS: Final = 60.0
# A token is renewed a little before it ends, for the question is under way for a while.
EARLY_SECONDS: Final = 10.0
KEY_SET: Final = ".well-known/jwks.json"


class TimeIsUp(Exception):
    """The pull has lasted as long as it may, or would have to wait beyond that."""


class NotOurs(Exception):
    """A case that this client may not see."""


@dataclass(frozen=True)
class Login:
    """Where tokens are granted, and to which client."""

    token_url: str
    client_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class LogPage:
    """Entries of an event log from an offset on, and how many there are in all."""

    entries: list[object]
    total: int


class FitConnectService:
    """The delivery service of one source; closed after use.

    Every question may raise ``Unreachable`` and ``Refused`` as ``Web`` does, and ``Refused`` with ``wrong_answer``.
    """

    def __init__(
        self,
        source: Source,
        connection: Connection,
        login: Login,
        folder: Path,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Nothing is asked yet; a relative connection.ca_file begins in ``folder``."""
        self._name, self._sleep, self._clock = source.name, sleep, clock
        self._page_size = min(connection.page_size or LARGEST_PAGE, LARGEST_PAGE)
        self._ends = clock() + connection.patience_minutes * 60
        self._free_at = clock()

        def web(base: str | None, auth: httpx2.Auth | None = None) -> Web:
            return Web(source, headers={}, auth=auth, sleep=sleep, clock=clock, base=base, folder=folder, rights=RIGHTS)

        with ExitStack() as opened:
            tokens = opened.enter_context(web(login.token_url))
            self._bearer = _Bearer(tokens, login, clock)
            self._web = opened.enter_context(web(None, self._bearer))
            # No token for whoever publishes the keys: they are public, and may lie elsewhere.
            self._public = opened.enter_context(web(connection.keys_url)) if connection.keys_url else None
            self._opened = opened.pop_all()

    def __enter__(self) -> FitConnectService:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def log_in(self) -> float:
        """Fetch a token; returns how many seconds it holds."""
        return self._bearer.renew()

    def refuse_when_time_is_up(self) -> None:
        """Stop before a further case is begun.

        Raises:
            TimeIsUp: the pull has lasted as long as it may.
        """
        if self._clock() >= self._ends:
            raise TimeIsUp

    def waiting(self, limit: int | None = None) -> Iterator[tuple[list[str], int]]:
        """Page by page the cases of submissions that wait for pick-up, and how many there are in all."""
        offset = 0
        while True:
            answer = self._get("v1/submissions", {"offset": offset, "limit": limit or self._page_size})
            listed, total = self._listed(answer, "submissions", offset)
            cases = [str(entry.get("caseId")).lower() for entry in listed if isinstance(entry, dict)]
            yield [case for case in cases if UUID.fullmatch(case)], total
            offset += len(listed)
            if not listed or offset >= total or limit:
                return
            self.refuse_when_time_is_up()

    def events(self, case: str, offset: int) -> LogPage | None:
        """Entries of a case's event log from an offset on; None where the service has no such case.

        Raises:
            NotOurs: this client may not see the case.
        """
        try:
            answer = self._get(f"v1/cases/{case}/events", {"offset": offset, "limit": self._page_size})
        except Refused as refused:
            # The token was good a moment ago: it is this one case that belongs to somebody else.
            if refused.reason_code == NO_RIGHTS:
                raise NotOurs from None
            raise
        if answer.status in VANISHED:
            return None
        return LogPage(*self._listed(answer, "eventLog", offset))

    def key_set(self) -> object:
        """The key set with which the service signs."""
        return (self._public.get("") if self._public else self._web.get(KEY_SET)).json()

    def destination_key(self, destination: str, kid: str) -> object:
        """One public key of a destination; None where there is none."""
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,100}", kid):
            return None
        try:
            answer = self._web.get(f"v1/destinations/{destination}/keys/{kid}")
        except Refused as refused:
            # Another destination's key may be none of this client's business; its events are then not believed.
            if refused.reason_code != NO_RIGHTS:
                raise
            return None
        return None if answer.status >= BAD_REQUEST else answer.json()

    def _get(self, path: str, params: dict[str, str | int]) -> Answer:
        """An answer, asked for no sooner than the last one allowed.

        Raises:
            TimeIsUp: when that would be after this pull.
        """
        wait = self._free_at - self._clock()
        if wait > 0:
            if self._free_at >= self._ends:
                raise TimeIsUp
            self._sleep(wait)
        answer = self._web.get(path, params)
        left, reset = answer.headers.get("ratelimit-remaining", ""), answer.headers.get("ratelimit-reset", "")
        if left.strip() == "0" and re.fullmatch(r"\d{1,6}", reset.strip()):
            self._free_at = self._clock() + int(reset)
        return answer

    def _listed(self, answer: Answer, name: str, offset: int) -> tuple[list[Any], int]:
        content = answer.json()
        listed = cast("dict[str, object]", content).get(name) if isinstance(content, dict) else None
        if not isinstance(listed, list):
            raise Refused(
                "wrong_answer",
                f"{answer.said} answered without '{name}'; check connection.url and which version of the API it has.",
            )
        entries = cast("list[Any]", listed)
        total = cast("dict[str, object]", content).get("totalCount")
        return entries, total if isinstance(total, int) else offset + len(entries)


class _Bearer(httpx2.Auth):
    """OAuth2 client credentials: a token is fetched when first needed, when it ends, and once when it is refused."""

    def __init__(self, web: Web, login: Login, clock: Callable[[], float]) -> None:
        self._web, self._clock = web, clock
        self._form = {
            "grant_type": "client_credentials", "client_id": login.client_id, "client_secret": login.secret,
        }  # fmt: skip
        self._token, self._ends = "", 0.0

    def renew(self) -> float:
        """Fetch a token; returns how many seconds it holds."""
        answer = self._web.post("", form=self._form)
        if answer.status == BAD_REQUEST:
            raise Refused(NO_RIGHTS, f"{answer.said} does not know this client or its secret (400); give {RIGHTS}.")
        granted = answer.json()
        token = granted.get("access_token") if isinstance(granted, dict) else None
        # Whatever else it were, it would end up in a header.
        if not isinstance(token, str) or not re.fullmatch(r"[A-Za-z0-9._~+/=-]{1,8192}", token):
            raise Refused("wrong_answer", f"{answer.said} answered without 'access_token'; check connection.token_url.")
        holds = cast("dict[str, object]", granted).get("expires_in")
        seconds = float(holds) if isinstance(holds, int | float) and holds > 0 else TOKEN_SECONDS
        self._token, self._ends = token, self._clock() + max(seconds - EARLY_SECONDS, seconds / 2)
        return seconds

    def sync_auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        """A question with its token."""
        if not self._token or self._clock() >= self._ends:
            self.renew()
        request.headers["Authorization"] = f"Bearer {self._token}"
        response = yield request
        if response.status_code == UNAUTHORIZED:
            self.renew()
            request.headers["Authorization"] = f"Bearer {self._token}"
            yield request
