"""A polite client for systems that are asked over HTTP: patient, bounded, and never talked into another host.

What may heal is asked for again, longer and longer apart (no connection, 5xx, 429, a broken or trickling body); what
will not heal ends at once (no rights, a foreign redirect, an untrusted certificate). No message holds a secret, a query
or a number out of an address, nor a word out of an answer, which could repeat what was sent; nor does it carry on the
error it was made of.
"""

from __future__ import annotations

import logging
import random
import re
import ssl
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import certifi
import httpx2

from sources.asking.answers import Again, Answer, read_answer
from sources.asking.redaction import asked_wait, named, place_of, status_in, trouble_of, version_of
from sources.batches.protocol import Refused, Unreachable, connection_of
from sources.town.source import Source

FIRST_WAIT_SECONDS: Final = 1.0
LONGEST_WAIT_SECONDS: Final = 60.0
MOST_REDIRECTS: Final = 3
# So many times connection.timeout_seconds may a whole answer take, however busily it trickles.
TIMEOUTS_PER_ANSWER: Final = 4
REDIRECTS: Final = (301, 302, 303, 307, 308)
FORBIDDEN_STATUSES: Final = (401, 403)
BUSY: Final = (408, 425, 429)
PROXY_WANTS_A_PASSWORD: Final = 407
SERVER_ERROR: Final = 500
SHORTEST_SECRET: Final = 6

# Both would tell whole addresses, and an address may hold the number of a case.
for _talkative in ("httpx2", "httpcore2"):
    logging.getLogger(_talkative).setLevel(logging.WARNING)


class Web:
    """One system over HTTP, asked as its ``[source.connection]`` says.

    Every question may raise ``Unreachable`` (patience ended, untrusted certificate) and ``Refused``: ``no_rights``,
    ``foreign_redirect``, ``foreign_address``, ``version_changed``, ``answer_too_large``, and by ``Answer.json``
    ``not_json`` and ``unexpected_status``.
    """

    def __init__(
        self,
        source: Source,
        *,
        headers: Mapping[str, str],
        auth: httpx2.Auth | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        base: str | None = None,
        folder: Path = Path(),
        rights: str = "the secret of a user who may read",
    ) -> None:
        """Nothing is asked yet.

        ``auth`` is for tokens that are fetched on the way, ``base`` another address than connection.url, such as
        connection.token_url. A relative connection.ca_file begins in ``folder``. ``rights`` is what to give when there
        are none, the end of a sentence.
        """
        self._name, self._connection, self._rights = source.name, connection_of(source), rights
        self._sleep, self._clock = sleep, clock
        parts = urlsplit(base or self._connection.url)
        self.host = parts.hostname or ""
        self._proxy = urlsplit(self._connection.proxy or "").hostname
        self._through = f" through {self._proxy}" if self._proxy else ""
        self._base = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
        self._origin = _origin(self._base)
        self._pinned: dict[str, str] = {}
        # What was sent and may come back in an answer: such words stand in no sentence.
        words = [word.lower() for value in headers.values() for word in value.split()]
        self._sent = [word for word in words if len(word) >= SHORTEST_SECRET]
        self._hides_its_secret = auth is not None or base is not None
        self._client = httpx2.Client(
            headers={"Accept": "application/json", "User-Agent": "papierwende", **headers, "Accept-Encoding": "gzip"},
            auth=auth,
            timeout=float(self._connection.timeout_seconds),
            verify=self._trusted(folder),
            proxy=self._connection.proxy,
            trust_env=False,
            follow_redirects=False,
        )

    def __enter__(self) -> Web:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def pin(self, header: str, value: str) -> None:
        """From now on an answer that carries another value in this header is refused."""
        self._pinned[header.lower()] = value

    def get(
        self,
        path_or_url: str,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Ask for a path below the base, or for an address on the base's own host."""
        return self._patiently("GET", path_or_url, {"params": params, "headers": headers})

    def post(
        self,
        path: str,
        form: Mapping[str, str] | None = None,
        json: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a form or JSON; only for questions that may be asked twice, for they may be."""
        return self._patiently("POST", path, {"data": form, "json": json, "headers": headers})

    def _patiently(self, method: str, path_or_url: str, more: dict[str, Any]) -> Answer:
        url = self._address(path_or_url)
        left = self._connection.patience_minutes * 60.0
        asked = 0
        while True:
            begun = self._clock()
            asked += 1
            try:
                return self._followed(method, url, more)
            except Again as again:
                # Both random and growing, so that many askers do not come back at the same moment.
                backoff = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** min(asked - 1, 10))
                wait = backoff * random.uniform(0.5, 1.0) if again.wait_seconds is None else again.wait_seconds
                left -= self._clock() - begun + wait
                if left < 0:
                    raise Unreachable(self._given_up(again, asked)) from None
            self._sleep(wait)

    def _given_up(self, again: Again, asked: int) -> str:
        waits = "" if again.wait_seconds is None else f" and asks to wait {again.wait_seconds:.0f} seconds"
        times = "once" if asked == 1 else f"{asked} times"
        return (
            f"{self._name}: {self.host} {again.what}{waits}; it was asked {times} and nothing of it was taken. "
            "See whether it runs and can be reached from this machine."
        )

    def _followed(self, method: str, url: str, more: dict[str, Any]) -> Answer:
        answer, target = self._once(method, url, more)
        for _ in range(MOST_REDIRECTS):
            if target is None:
                return answer
            if method != "GET" or _origin(target) != self._origin:
                raise Refused(
                    "foreign_redirect",
                    f"{self._name}: {self.host} sends on to {self._elsewhere(target)}, where nothing "
                    "was sent; if that is the system's right address, write it as connection.url.",
                )
            # The parameters stand in the new address, or are meant to be dropped.
            answer, target = self._once(method, target, {**more, "params": None})
        if target is not None:
            raise Refused("redirect_loop", f"{answer.said} sends on and on; check connection.url.")
        return answer

    def _once(self, method: str, url: str, more: dict[str, Any]) -> tuple[Answer, str | None]:
        """An answer, and where it sends on to."""
        said = f"{self._name}: {self.host} asked for {place_of(url)}"
        over = self._clock() + self._connection.timeout_seconds * TIMEOUTS_PER_ANSWER
        try:
            with self._client.stream(method, url, **more) as response:
                self._refuse_status(response, said)
                answer = read_answer(response, said, lambda: self._clock() > over)
        except httpx2.TimeoutException:
            raise Again(f"did not answer within {self._connection.timeout_seconds} seconds{self._through}") from None
        except httpx2.ProxyError as error:
            raise self._not_let_through(status_in(str(error))) from None
        except httpx2.RequestError as error:
            self._refuse_certificate(error)
            raise Again(trouble_of(error) + self._through) from None
        self._refuse_version(answer)
        location = answer.headers.get("location") if answer.status in REDIRECTS else None
        return answer, urljoin(url, location) if location is not None else None

    def _elsewhere(self, url: str) -> str:
        """A machine that an answer names, unless the answer could have put into its name what it was sent."""
        host = urlsplit(url).hostname or "nowhere"
        is_plain = re.fullmatch(r"[a-z0-9.:-]{1,80}", host) is not None
        is_told = any(word in host for word in self._sent) or self._hides_its_secret
        return host if is_plain and not is_told else "another machine"

    def _refuse_status(self, response: httpx2.Response, said: str) -> None:
        status = response.status_code
        if status in FORBIDDEN_STATUSES:
            refusal = "does not accept the secret" if status == FORBIDDEN_STATUSES[0] else "forbids it"
            raise Refused("no_rights", f"{said} {refusal} ({status}); give {self._rights}.")
        if status == PROXY_WANTS_A_PASSWORD:
            raise self._not_let_through(status)
        if status in BUSY or status >= SERVER_ERROR:
            raise Again(f"answered {status}", asked_wait(response.headers))

    def _not_let_through(self, status: int | None) -> Unreachable | Again:
        """A proxy that forbids will not heal; one that meets nobody behind it may."""
        answered = "" if status is None else f" ({named(status)})"
        what = f"is not reached through {self._proxy or 'a proxy on the way'}{answered}"
        if status is not None and status >= SERVER_ERROR:
            return Again(what)
        return Unreachable(
            f"{self._name}: {self.host} {what}; nothing of it was taken. Have the proxy let this machine through to it."
        )

    def _refuse_version(self, answer: Answer) -> None:
        for header, value in self._pinned.items():
            found = answer.headers.get(header, value)
            if found != value:
                raise Refused(
                    "version_changed",
                    f"{answer.said} answered in version {version_of(found)} instead of {value} ({header}); nothing was "
                    "taken, run again when its update has ended.",
                )

    def _refuse_certificate(self, error: httpx2.RequestError) -> None:
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, ssl.SSLCertVerificationError):
                raise Unreachable(
                    f"{self._name}: {self.host} shows a certificate that is not trusted ({cause.verify_message}); "
                    "nothing was sent. Have it renewed, or name the town's own authority in connection.ca_file."
                ) from None
            cause = cause.__cause__ or cause.__context__

    def _trusted(self, folder: Path) -> ssl.SSLContext:
        """Trust in the public authorities, in those of this machine, and in the town's own; else in nobody."""
        if self._origin[0] != "https":
            return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context = ssl.create_default_context(cafile=certifi.where())
        context.load_default_certs()
        if self._connection.ca_file is not None:
            path = folder / self._connection.ca_file
            try:
                context.load_verify_locations(path)
            except (OSError, ssl.SSLError):
                raise Refused(
                    "unreadable_ca_file",
                    f"{self._name}: connection.ca_file '{path.name}' is no readable certificate in PEM form; "
                    "correct it.",
                ) from None
        return context

    def _address(self, path_or_url: str) -> str:
        if not urlsplit(path_or_url).netloc:
            return f"{self._base}/{path_or_url.lstrip('/')}" if path_or_url else self._base
        if _origin(path_or_url) != self._origin:
            raise Refused(
                "foreign_address",
                f"{self._name}: {self.host} names an address on another host, to which nothing was sent; "
                "check what it believes its own address is.",
            )
        return path_or_url


def _origin(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
