"""What may be told of an answer: numbers and our own words, as a system could repeat in its own what it was sent."""

from __future__ import annotations

import datetime as dt
import email.utils
import re
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import httpx2

SHORTEST_WAIT_SECONDS: Final = 1.0


def place_of(url: str) -> str:
    """A path without what may be somebody's number."""
    parts = urlsplit(url).path.split("/")
    return "/".join("…" if re.search(r"\d", part) and not re.fullmatch(r"v\d+", part) else part for part in parts)


def status_in(message: str) -> int | None:
    """The status a proxy's refusal begins with; its own words are nobody's business."""
    found = re.match(r"([1-5]\d\d)\b", message)
    return int(found[1]) if found else None


def named(status: int) -> str:
    """A status with the standard's own words for it."""
    return f"{status} {HTTPStatus(status).phrase}" if status in {known.value for known in HTTPStatus} else str(status)


def version_of(found: str) -> str:
    """A version as numbers; anything else a server writes there is not repeated."""
    return found if re.fullmatch(r"\d{1,4}(\.\d{1,4}){0,3}", found) else "another one"


def trouble_of(error: httpx2.RequestError) -> str:
    """What went wrong, by the kind of the error alone."""
    match error:
        case httpx2.ConnectError():
            return "cannot be reached"
        case httpx2.RemoteProtocolError() | httpx2.ReadError():
            return "broke off its answer"
        case _:
            return "cannot be talked to"


def asked_wait(headers: httpx2.Headers) -> float | None:
    """The seconds a machine asks to be left alone for, by its own clock where it names an hour."""
    text = headers.get("retry-after", headers.get("ratelimit-reset", "")).strip()
    if re.fullmatch(r"\d{1,9}", text):
        return max(float(text), SHORTEST_WAIT_SECONDS)
    until, now = http_moment(text), http_moment(headers.get("date", "")) or dt.datetime.now(dt.UTC)
    return max((until - now).total_seconds(), SHORTEST_WAIT_SECONDS) if until else None


def http_moment(text: str) -> dt.datetime | None:
    """A moment as a header writes it; None for anything else."""
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
