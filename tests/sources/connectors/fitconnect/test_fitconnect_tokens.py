"""Security Event Tokens: believed when signed under PS512 by a known key, refused for one stated reason otherwise."""

import base64
import datetime as dt
import hashlib
import hmac
import json
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sources.connectors.fitconnect.tokens import (
    TOKEN_FAULTS,
    BadToken,
    Keys,
    Numbers,
    Print,
    TokenEvent,
    event_of,
    keys_of,
)
from tests.sources.connectors.fitconnect.fitconnect_server import (
    DESTINATION,
    EVENTS,
    SAMPLE_CASES,
    SERVICE,
    claims,
    private_key,
    public_jwk,
    sample,
    signed,
    token,
)

NOW = dt.datetime(2026, 6, 15, 3, 0)
AT = dt.datetime(2026, 6, 14, 12, 0)
CASE = SAMPLE_CASES[0]


def no_destination(destination: str, kid: str) -> object:
    return None


def keys(*published: Mapping[str, Any]) -> Keys:
    return Keys(lambda: {"keys": list(published or [public_jwk("service")])}, no_destination)


def code_of(text: object, known: Keys | None = None) -> str:
    with pytest.raises(BadToken) as bad:
        event_of(text, known or keys(), NOW)
    assert str(bad.value) == TOKEN_FAULTS[bad.value.reason_code]
    return bad.value.reason_code


def b64(content: bytes | dict[str, Any]) -> str:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def public_pem(name: str) -> bytes:
    return private_key(name).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


class TestBelieved:
    def test_a_token_says_who_what_and_when(self) -> None:
        said = claims(CASE, "accept-submission", AT, iss=DESTINATION)
        assert event_of(signed(said), keys(), NOW) == TokenEvent(
            case_id=CASE,
            event="accept-submission",
            occurred_at=AT,
            jti=said["jti"],
            issuer=DESTINATION,
            submission_id=said["sub"].removeprefix("submission:"),
        )

    def test_an_event_of_a_reply_names_the_reply_and_no_submission(self) -> None:
        reply = str(uuid.uuid4())
        event = event_of(token(CASE, "submit-reply", AT, sub=f"reply:{reply}"), keys(), NOW)
        assert (event.reply_id, event.submission_id) == (reply, None)

    def test_numbers_in_capitals_are_the_same_numbers(self) -> None:
        assert event_of(token(CASE, "submit-submission", AT, txn=f"case:{CASE.upper()}"), keys(), NOW).case_id == CASE

    @pytest.mark.parametrize("minutes", [0, 5])
    def test_a_clock_five_minutes_ahead_is_forgiven(self, minutes: int) -> None:
        at = NOW + dt.timedelta(minutes=minutes)
        assert event_of(token(CASE, "submit-submission", at), keys(), NOW).occurred_at == at

    def test_the_shared_samples_verify_with_their_keys_and_say_what_they_said(self) -> None:
        known = Keys(lambda: json.loads(sample("jwks.json")), no_destination)
        logs = [json.loads(sample(f"case_{number}_events.json"))["eventLog"] for number in range(3)]
        found = [event_of(entry, known, NOW) for log in logs for entry in log]
        decoded = [json.loads(line) for line in sample("sets_decoded.jsonl").splitlines()]
        assert [(event.jti, f"case:{event.case_id}", f"submission:{event.submission_id}") for event in found] == [
            (said["jti"], said["txn"], said["sub"]) for said in decoded
        ]
        assert [f"{EVENTS}{event.event}" for event in found] == [next(iter(said["events"])) for said in decoded]

    def test_the_night_of_the_clock_change_is_told_in_utc(self) -> None:
        known = Keys(lambda: json.loads(sample("jwks.json")), no_destination)
        first = [json.loads(sample(f"case_{number}_events.json"))["eventLog"][0] for number in range(3)]
        assert [event_of(entry, known, NOW).occurred_at.isoformat() for entry in first] == [
            "2026-03-28T22:30:00",
            "2026-03-29T00:30:00",
            "2026-03-29T02:30:00",
        ]


class TestWrongAlgorithm:
    def test_an_unsigned_token(self) -> None:
        header = {"typ": "secevent+jwt", "alg": "none", "kid": "service"}
        assert code_of(f"{b64(header)}.{b64(claims(CASE, 'submit-submission', AT))}.") == "wrong_algorithm"

    @pytest.mark.parametrize("algorithm", ["RS512", "PS256", "PS384", "RS256"])
    def test_the_right_key_under_another_algorithm(self, algorithm: str) -> None:
        header = {"typ": "secevent+jwt", "kid": "service"}
        said = claims(CASE, "submit-submission", AT)
        assert code_of(jwt.encode(said, private_key("service"), algorithm, headers=header)) == "wrong_algorithm"

    @pytest.mark.parametrize("as_secret", [public_pem, lambda name: json.dumps(public_jwk(name)).encode()])
    def test_the_public_key_is_no_shared_secret(self, as_secret: Callable[[str], bytes]) -> None:
        header = {"typ": "secevent+jwt", "alg": "HS512", "kid": "service"}
        signing = f"{b64(header)}.{b64(claims(CASE, 'submit-submission', AT))}"
        mac = hmac.new(as_secret("service"), signing.encode(), hashlib.sha512).digest()
        assert code_of(f"{signing}.{b64(mac)}") == "wrong_algorithm"


class TestBadSignature:
    def test_another_key_under_a_known_number(self) -> None:
        said = claims(CASE, "submit-submission", AT)
        assert code_of(signed(said, "stranger", kid="service")) == "bad_signature"

    def test_a_claim_changed_after_signing(self) -> None:
        header, _, signature = token(CASE, "reject-submission", AT).split(".")
        assert code_of(f"{header}.{b64(claims(CASE, 'accept-submission', AT))}.{signature}") == "bad_signature"

    @pytest.mark.parametrize("signature", ["", "AAAA", b64(bytes(256))])
    def test_no_signature_at_all(self, signature: str) -> None:
        text = token(CASE, "submit-submission", AT)
        assert code_of(f"{text.rpartition('.')[0]}.{signature}") == "bad_signature"

    def test_rs512_in_the_dress_of_ps512(self) -> None:
        header = b64({"typ": "secevent+jwt", "alg": "PS512", "kid": "service"})
        payload = b64(claims(CASE, "submit-submission", AT))
        algorithm = jwt.algorithms.RSAAlgorithm(jwt.algorithms.RSAAlgorithm.SHA512)
        signature = algorithm.sign(f"{header}.{payload}".encode(), private_key("service"))
        assert code_of(f"{header}.{payload}.{b64(signature)}") == "bad_signature"


class TestKeys:
    def test_a_key_nobody_has_after_one_fetch_more(self) -> None:
        fetched: list[int] = []
        known = Keys(lambda: fetched.append(1) or {"keys": [public_jwk("service")]}, no_destination)
        stranger = signed(claims(CASE, "submit-submission", AT), "stranger")
        assert [code_of(stranger, known) for _ in range(3)] == ["unknown_key"] * 3
        assert len(fetched) == 2

    def test_a_key_published_in_between_is_found(self) -> None:
        sets = [{"keys": [public_jwk("service")]}, {"keys": [public_jwk("service"), public_jwk("next")]}]
        known = Keys(lambda: sets.pop(0), no_destination)
        assert event_of(token(CASE, "submit-submission", AT), known, NOW).case_id == CASE
        assert event_of(signed(claims(CASE, "submit-submission", AT), "next"), known, NOW).case_id == CASE

    def test_a_key_of_a_destination_speaks_for_this_destination_alone(self) -> None:
        def destination_key(destination: str, kid: str) -> object:
            return public_jwk("office") if (destination, kid) == (DESTINATION, "office") else None

        known = Keys(lambda: {"keys": [public_jwk("service")]}, destination_key)
        own = signed(claims(CASE, "accept-submission", AT, iss=DESTINATION), "office")
        assert event_of(own, known, NOW).issuer == DESTINATION
        for issuer in (SERVICE, str(uuid.uuid4())):
            assert code_of(signed(claims(CASE, "accept-submission", AT, iss=issuer), "office"), known) == "unknown_key"

    def test_a_log_full_of_invented_destinations_does_not_ask_without_end(self) -> None:
        asked: list[str] = []
        known = Keys(lambda: {"keys": []}, lambda destination, kid: asked.append(destination))
        for _ in range(300):
            assert known.of("k", str(uuid.uuid4())) is None
        assert len(asked) == 200

    @pytest.mark.parametrize(
        "more",
        [
            {"use": "enc"},
            {"alg": "RSA-OAEP-256"},
            {"key_ops": ["wrapKey"]},
            {"kty": "oct"},
            {"n": "AQAB"},
            {"n": "§"},
            {"kid": 7},
        ],
    )
    def test_a_key_for_something_else_verifies_nothing(self, more: dict[str, Any]) -> None:
        assert keys_of({"keys": [public_jwk("service", **more)]}) == {}

    def test_a_key_that_is_too_short_verifies_nothing(self) -> None:
        public = private_key("short", 1024).public_key()
        short = jwt.algorithms.RSAPSSAlgorithm.to_jwk(public, as_dict=True)
        assert keys_of({"keys": [public_jwk("service", n=short["n"])]}) == {}

    @pytest.mark.parametrize("key_set", [None, [], {}, {"keys": None}, {"keys": ["x", None, {}]}, "x"])
    def test_a_key_set_without_keys_has_none(self, key_set: object) -> None:
        assert keys_of(key_set) == {}


class TestTime:
    @pytest.mark.parametrize(
        ("at", "more"),
        [
            (NOW + dt.timedelta(minutes=5, seconds=1), {}),
            (AT, {"exp": int(NOW.replace(tzinfo=dt.UTC).timestamp())}),
            (AT, {"exp": 1}),
        ],
    )
    def test_a_token_of_tomorrow_or_of_the_past_is_expired(self, at: dt.datetime, more: dict[str, Any]) -> None:
        assert code_of(token(CASE, "submit-submission", at, **more)) == "expired_token"

    def test_a_token_that_still_holds_is_believed(self) -> None:
        ends = int(NOW.replace(tzinfo=dt.UTC).timestamp()) + 1
        assert event_of(token(CASE, "submit-submission", AT, exp=ends), keys(), NOW).occurred_at == AT


class TestMalformed:
    @pytest.mark.parametrize(
        "text",
        [
            None, 7, {}, [], "", "x", "..", "a.b", "a.b.c", "a.b.c.d", "§.§.§", "\ud83d.x.y", "null.null.null", "." * 99,
            f"{b64(b'[]')}.{b64(b'{}')}.AAAA", f"{b64(b'{')}.{b64(b'{}')}.AAAA",
        ],
    )  # fmt: skip
    def test_an_entry_that_is_no_token(self, text: object) -> None:
        assert code_of(text) == "malformed_token"
        assert len(str(Print.of(text))) == 33

    @pytest.mark.parametrize(
        "more",
        [
            {"$schema": None},
            {"$schema": "https://schema.fitko.de/fit-connect/set-payload/2.0.0/set-payload.schema.json"},
            {"$schema": "https://example.org/set-payload/1.2.2/set-payload.schema.json"},
            {"jti": None},
            {"jti": "1"},
            {"iat": None},
            {"iat": "1774737000"},
            {"iat": True},
            {"iat": 1774737000.5},
            {"iat": 10**30},
            {"exp": "soon"},
            {"iss": None},
            {"iss": 7},
            {"iss": "Frau Musterfrau"},
            {"sub": None},
            {"sub": "submission:x"},
            {"sub": f"person:{CASE}"},
            {"txn": None},
            {"txn": CASE},
            {"txn": f"submission:{CASE}"},
            {"events": None},
            {"events": []},
            {"events": {}},
            {"events": {f"{EVENTS}a-b": {}, f"{EVENTS}c-d": {}}},
            {"events": {"https://example.org/accept-submission": {}}},
            {"events": {f"{EVENTS}": {}}},
            {"events": {f"{EVENTS}Frau Musterfrau": {}}},
            {"events": {f"{EVENTS}a/../accept-submission": {}}},
        ],
    )
    def test_a_signed_token_of_another_form(self, more: dict[str, Any]) -> None:
        assert code_of(token(CASE, "submit-submission", AT, **more)) == "malformed_token"

    @pytest.mark.parametrize("header", [{"typ": "JWT"}, {"typ": None}, {"crit": ["b64"], "b64": False}, {"crit": []}])
    def test_a_header_of_another_form(self, header: dict[str, Any]) -> None:
        headers = {"typ": "secevent+jwt", "alg": "PS512", "kid": "service", **header}
        signing = f"{b64(headers)}.{b64(claims(CASE, 'submit-submission', AT))}"
        algorithm = jwt.algorithms.RSAPSSAlgorithm(jwt.algorithms.RSAPSSAlgorithm.SHA512)
        signature = algorithm.sign(signing.encode(), private_key("service"))
        assert code_of(f"{signing}.{b64(signature)}") == "malformed_token"

    def test_a_header_without_a_key(self) -> None:
        header = {"typ": "secevent+jwt", "alg": "PS512"}
        assert code_of(f"{b64(header)}.{b64(claims(CASE, 'a-b', AT))}.AAAA") == "malformed_token"

    def test_no_reason_holds_anything_out_of_a_token(self) -> None:
        with pytest.raises(BadToken) as bad:
            event_of(token(CASE, "submit-submission", AT, iss="Frau Musterfrau"), keys(), NOW)
        assert "Musterfrau" not in f"{bad.value!r}{bad.value}"


class TestNumbers:
    def test_the_same_claims_signed_anew_are_the_same_token(self) -> None:
        said = claims(CASE, "submit-submission", AT)
        first, again = signed(said), signed(said)
        assert first != again
        assert Print.of(first) == Print.of(again)
        assert Print.read(str(Print.of(first))) == Print.of(first)

    def test_a_number_used_for_another_token_is_known(self) -> None:
        said = claims(CASE, "submit-submission", AT)
        other = claims(CASE, "accept-submission", AT, jti=said["jti"])
        numbers = Numbers()
        numbers.meet([Print.of(signed(said))])
        assert not numbers.is_anothers(Print.of(signed(said)))
        assert numbers.is_anothers(Print.of(signed(other)))
