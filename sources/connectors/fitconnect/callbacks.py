"""Stored callbacks of FIT-Connect: the only messages that name cases which were picked up before anybody asked.

Of a callback nothing is kept but the numbers of cases.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, cast

from sources.connectors.fitconnect.tokens import EPOCH, UUID

WINDOW: Final = dt.timedelta(minutes=5)
TIMESTAMP, AUTHENTICATION = "callback-timestamp", "callback-authentication"
MOST_BYTES: Final = 1 << 20


def verified_callback(headers: Mapping[str, str], body: str, secret: str, now: dt.datetime) -> bool:
    """Whether a callback was signed with the callback secret, which is not the client's, at most five minutes from now.

    The body is the one that came, not one parsed and written anew; ``now`` is UTC without a zone.
    """
    given = {name.lower(): value for name, value in headers.items()}
    timestamp, signature = given.get(TIMESTAMP, ""), given.get(AUTHENTICATION, "")
    sent = _moment(timestamp)
    if sent is None or abs(now - sent) > WINDOW:
        return False
    right = hmac.new(secret.encode(), f"{timestamp}.{body}".encode(), hashlib.sha512).hexdigest()
    return hmac.compare_digest(right.encode(), signature.lower().encode("utf-8", "replace"))


def stored_case_ids(town_folder: Path, pattern: str, secret: str | None) -> tuple[list[str], int]:
    """The numbers of cases that stored callbacks name, and how many files name none or are wrongly signed.

    A file holds a callback's body, or ``{"headers": {…}, "body": "…"}``; with headers and a secret it is verified.
    """
    found: list[str] = []
    unusable = 0
    for path in sorted(town_folder.glob(pattern)):
        if path.is_symlink() or not path.is_file():
            continue
        named = _case_ids(path, secret)
        found.extend(named)
        unusable += not named
    return found, unusable


def _case_ids(path: Path, secret: str | None) -> list[str]:
    try:
        if path.stat().st_size > MOST_BYTES:
            return []
        stored: object = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(stored, dict) and "body" in stored:
            stored = _opened(cast("dict[str, Any]", stored), secret)
    except (OSError, ValueError, RecursionError):
        return []
    return list(_named(stored))


def _opened(stored: dict[str, Any], secret: str | None) -> object:
    headers, body = stored.get("headers"), stored["body"]
    if not isinstance(body, str):
        return None
    if secret is not None and isinstance(headers, dict):
        given = {str(name).lower(): str(value) for name, value in cast("dict[str, Any]", headers).items()}
        # It came whenever it came: replaying an old one only names a case that is known.
        if not verified_callback(given, body, secret, _moment(given.get(TIMESTAMP, "")) or EPOCH):
            return None
    return json.loads(body)


def _named(body: object) -> Iterator[str]:
    """Cases of new submissions, and of whatever other list a callback brings."""
    if not isinstance(body, dict):
        return
    for listed in cast("dict[str, Any]", body).values():
        for entry in cast("list[Any]", listed) if isinstance(listed, list) else []:
            number = str(cast("dict[str, Any]", entry).get("caseId")).lower() if isinstance(entry, dict) else ""
            if UUID.fullmatch(number):
                yield number


def _moment(timestamp: str) -> dt.datetime | None:
    return EPOCH + dt.timedelta(seconds=int(timestamp)) if re.fullmatch(r"[0-9]{1,11}", timestamp) else None
