"""Security Event Tokens of FIT-Connect (RFC 8417): a signed line of an event log becomes an event, or is refused.

Only what is signed by a known key under PS512 is believed. No reason holds anything out of a token.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, cast

import jwt

ALGORITHM: Final = "PS512"
TYPE: Final = "secevent+jwt"
PAYLOAD_SCHEMA: Final = re.compile(
    r"https://schema\.fitko\.de/fit-connect/set-payload/1\.\d{1,3}\.\d{1,3}/set-payload\.schema\.json"
)
EVENT_ADDRESS: Final = "https://schema.fitko.de/fit-connect/events/"
EVENT_NAME: Final = re.compile(r"[a-z]{2,20}(-[a-z]{2,20}){1,3}")
UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PRINT: Final = re.compile(r"([0-9a-f]{16})-([0-9a-f]{16})")
ISSUER_URL: Final = re.compile(r"https?://[A-Za-z0-9.-]{1,200}(:\d{1,5})?(/[A-Za-z0-9._/-]{0,100})?")
AHEAD: Final = dt.timedelta(minutes=5)
EPOCH: Final = dt.datetime(1970, 1, 1)
SMALLEST_KEY_BITS: Final = 2048
# A token names its key before it is believed: no log may make a pull ask for keys without end.
MOST_DESTINATION_KEYS: Final = 200

TOKEN_FAULTS: Final = {
    "malformed_token": "the entry of the event log is no security event token of a known form",
    "wrong_algorithm": "the token is not signed with PS512",
    "unknown_key": "the token is signed with a key that neither the key set nor its issuer has",
    "bad_signature": "the signature does not fit the token and its key",
    "expired_token": "the token has expired, or its time of issue lies ahead",
    "replayed_token": "the token belongs to another case, or its number was used for another token",
}


class BadToken(Exception):
    """A token that is not believed.

    Attributes:
        reason_code: one of ``TOKEN_FAULTS``.
    """

    def __init__(self, reason_code: str) -> None:
        """Keep the code."""
        super().__init__(TOKEN_FAULTS[reason_code])
        self.reason_code = reason_code


@dataclass(frozen=True)
class TokenEvent:
    """What a token says.

    Attributes:
        event: the last part of the event's address, such as ``accept-submission``.
        occurred_at: UTC without a zone, to the second.
        jti: the token's own number.
        issuer: the delivery service's address, or the number of a destination.
        submission_id: None for events of a reply; ``reply_id`` likewise.
    """

    case_id: str
    event: str
    occurred_at: dt.datetime
    jti: str
    issuer: str
    submission_id: str | None = None
    reply_id: str | None = None


class Keys:
    """The keys that may have signed, fetched when first needed and once more for a key nobody knows."""

    def __init__(self, key_set: Callable[[], object], destination_key: Callable[[str, str], object]) -> None:
        """Nothing is fetched yet.

        Args:
            key_set: the delivery service's key set (JWKS).
            destination_key: the JWK of a destination by its number and the key's, None where there is none.
        """
        self._key_set, self._destination_key = key_set, destination_key
        self._known: dict[str, jwt.PyJWK] = {}
        self._fetches = 0
        self._of_destinations: dict[tuple[str, str], jwt.PyJWK | None] = {}

    @property
    def ids(self) -> tuple[str, ...]:
        """The numbers of all keys of the key set that can sign."""
        if not self._fetches:
            self._fetch()
        return tuple(self._known)

    def of(self, kid: str, issuer: str) -> jwt.PyJWK | None:
        """The key of this number; one that only its destination has speaks for this destination alone."""
        if not self._fetches:
            self._fetch()
        found = self._known.get(kid) or self._of_destination(issuer, kid)
        if found is None and self._fetches == 1:
            self._fetch()
            found = self._known.get(kid)
        return found

    def _of_destination(self, issuer: str, kid: str) -> jwt.PyJWK | None:
        asked = self._of_destinations
        if (issuer, kid) not in asked and UUID.fullmatch(issuer) and len(asked) < MOST_DESTINATION_KEYS:
            named = key_of(self._destination_key(issuer, kid))
            asked[issuer, kid] = named[1] if named and named[0] == kid else None
        return asked.get((issuer, kid))

    def _fetch(self) -> None:
        self._fetches += 1
        self._known.update(keys_of(self._key_set()))


def keys_of(key_set: object) -> dict[str, jwt.PyJWK]:
    """The keys of a JWKS that can verify PS512, by number; keys for anything else are left out."""
    listed: object = cast("dict[str, object]", key_set).get("keys") if isinstance(key_set, dict) else None
    found = [key_of(jwk) for jwk in cast("list[object]", listed)] if isinstance(listed, list) else []
    return dict(named for named in found if named is not None)


def key_of(jwk: object) -> tuple[str, jwt.PyJWK] | None:
    """A key and its number; None for one that cannot verify PS512 or is too short."""
    if not isinstance(jwk, dict):
        return None
    members = cast("dict[str, Any]", jwk)
    kid, operations = members.get("kid"), members.get("key_ops", ["verify"])
    for_this = (members.get("kty"), members.get("alg", ALGORITHM), members.get("use", "sig")) == (
        "RSA",
        ALGORITHM,
        "sig",
    )
    if not (for_this and isinstance(kid, str) and isinstance(operations, list) and "verify" in operations):
        return None
    try:
        # Its public half only, were somebody to publish both.
        key = jwt.PyJWK({name: members[name] for name in ("kty", "n", "e")}, algorithm=ALGORITHM)
    except (jwt.PyJWTError, KeyError, ValueError, TypeError):
        return None
    return (kid, key) if key.key.key_size >= SMALLEST_KEY_BITS else None


def event_of(token: object, keys: Keys, now: dt.datetime) -> TokenEvent:
    """The event of a log's entry, once its signature, its times and its form are found right; ``now`` is UTC.

    Raises:
        BadToken: it is not believed.
    """
    if not isinstance(token, str):
        raise BadToken("malformed_token")
    header, claims = _header(token), _claims(token)
    kid, issuer = header.get("kid"), claims.get("iss")
    if not (isinstance(kid, str) and isinstance(issuer, str)):
        raise BadToken("malformed_token")
    key = keys.of(kid, issuer)
    if key is None:
        raise BadToken("unknown_key")
    try:
        jwt.PyJWS().decode_complete(token, key, algorithms=[ALGORITHM])
    except jwt.PyJWTError:
        raise BadToken("bad_signature") from None
    event = _event(claims)
    if event.occurred_at > now + AHEAD or ("exp" in claims and _moment(claims, "exp") <= now):
        raise BadToken("expired_token")
    return event


@dataclass(frozen=True)
class Print:
    """A token's fingerprint: of its number and of what it says, without the signature, which may be made anew."""

    number: str
    content: str

    @classmethod
    def of(cls, token: object) -> Print:
        """The fingerprint of a log's entry, also of one that is no token."""
        text = token if isinstance(token, str) else json.dumps(token)
        parts = text.split(".")
        content = _digest(parts[1] if len(parts) == 3 else text)
        try:
            return cls(_digest(str(_claims(text)["jti"])), content)
        except (BadToken, KeyError):
            return cls(content, content)

    @classmethod
    def read(cls, text: str) -> Print:
        """A fingerprint as it was written."""
        number, _, content = text.partition("-")
        return cls(number, content)

    def __str__(self) -> str:
        return f"{self.number}-{self.content}"


class Numbers:
    """The numbers of tokens met so far, for one pull; a number is one token's for good."""

    def __init__(self) -> None:
        """None is met yet."""
        self._met: dict[str, str] = {}

    def meet(self, prints: Iterable[Print]) -> None:
        """Tokens that were believed."""
        self._met.update((met.number, met.content) for met in prints)

    def is_anothers(self, seen: Print) -> bool:
        """Whether this number was given to a token that says something else."""
        return self._met.get(seen.number, seen.content) != seen.content


def _header(token: str) -> dict[str, Any]:
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError):
        raise BadToken("malformed_token") from None
    if header.get("alg") != ALGORITHM:
        raise BadToken("wrong_algorithm")
    # What these two ask for (RFC 7515, 7797) changes what is signed; nothing in FIT-Connect uses them.
    if header.get("typ") != TYPE or not {"crit", "b64"}.isdisjoint(header):
        raise BadToken("malformed_token")
    return header


def _claims(token: str) -> dict[str, Any]:
    """What a token claims, not yet believed."""
    try:
        payload = jwt.PyJWS().decode_complete(token, options={"verify_signature": False})["payload"]
        claims = json.loads(payload)
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise BadToken("malformed_token") from None
    if not isinstance(claims, dict):
        raise BadToken("malformed_token")
    return cast("dict[str, Any]", claims)


def _event(claims: dict[str, Any]) -> TokenEvent:
    events = claims.get("events")
    if not PAYLOAD_SCHEMA.fullmatch(str(claims.get("$schema"))) or not isinstance(events, dict) or len(events) != 1:
        raise BadToken("malformed_token")
    address = str(next(iter(events)))
    name, issuer = address.removeprefix(EVENT_ADDRESS), str(claims["iss"])
    if address == name or not EVENT_NAME.fullmatch(name):
        raise BadToken("malformed_token")
    if not (UUID.fullmatch(issuer) or ISSUER_URL.fullmatch(issuer)):
        raise BadToken("malformed_token")
    kind, number = _numbered(claims, "sub", ("submission", "reply"))
    return TokenEvent(
        case_id=_numbered(claims, "txn", ("case",))[1],
        event=name,
        occurred_at=_moment(claims, "iat"),
        jti=_uuid(claims.get("jti")),
        issuer=issuer,
        submission_id=number if kind == "submission" else None,
        reply_id=number if kind == "reply" else None,
    )


def _numbered(claims: dict[str, Any], name: str, kinds: tuple[str, ...]) -> tuple[str, str]:
    kind, _, number = str(claims.get(name)).partition(":")
    if kind not in kinds:
        raise BadToken("malformed_token")
    return kind, _uuid(number)


def _uuid(value: object) -> str:
    number = value.lower() if isinstance(value, str) else ""
    if not UUID.fullmatch(number):
        raise BadToken("malformed_token")
    return number


def _moment(claims: dict[str, Any], name: str) -> dt.datetime:
    seconds = claims.get(name)
    if isinstance(seconds, bool) or not isinstance(seconds, int):
        raise BadToken("malformed_token")
    try:
        return EPOCH + dt.timedelta(seconds=seconds)
    except OverflowError:
        raise BadToken("malformed_token") from None


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()
