"""Who signed: Ed25519 keys that belong to a function of the town hall, never to a named person."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pipelines.ledger.chain import canonical
from sources.values.names import is_like_a_name

SEED_BYTES: Final = 32
FUNCTION: Final = re.compile(r"[a-z][a-z0-9-]{1,40}")
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
KEY_ID_DIGITS: Final = 12
# What a signature cannot sign, as it is one.
SIGNATURES: Final = frozenset(("signature", "endorsement"))


@dataclass(frozen=True)
class SigningKey:
    """A private key and the function it signs for.

    Attributes:
        function: a code such as ``controlling``.
        seed: 32 bytes, the secret.
    """

    function: str
    seed: bytes

    @property
    def public_key(self) -> str:
        """The key everybody may know, 64 hex digits."""
        return self._private().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    @property
    def key_id(self) -> str:
        """Twelve hex digits naming the key."""
        return key_id_of(self.public_key)

    def sign(self, message: bytes) -> str:
        """The signature of a message, 128 hex digits; the same each time (RFC 8032)."""
        return self._private().sign(message).hex()

    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def key_id_of(public_key: str) -> str:
    """The name of a public key, from its hash."""
    return hashlib.sha256(f"papierwende/ledger-key/v1/{public_key}".encode()).hexdigest()[:KEY_ID_DIGITS]


def message_of(kind: str, facts: Mapping[str, Any], previous_hash: str) -> bytes:
    """What is signed of an entry: all it says, and the entry it follows, so that it holds in this place only."""
    said = {name: value for name, value in facts.items() if name not in SIGNATURES}
    return canonical({"facts": said, "kind": kind, "previous_hash": previous_hash})


def is_signed(public_key: str, signature: object, message: bytes) -> bool:
    """Whether a signature is this key's of this message."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(str(signature)), message)
    except (ValueError, InvalidSignature):
        return False
    return True


def function_code(told: str) -> str:
    """The code of a function as a town writes it: `Leitung Bürgeramt` signs as `leitung-buergeramt`."""
    return re.sub(r"[^a-z0-9]+", "-", told.lower().translate(_UMLAUTS)).strip("-")


def refused_function(function: object) -> str | None:
    """Why something is no code of a function, None where it is one."""
    if not isinstance(function, str) or not FUNCTION.fullmatch(function):
        return f"'{function}' is no code of a function; write small letters and hyphens, such as controlling"
    if is_like_a_name(function) or is_like_a_name(function.replace("-", " ")):
        return f"'{function}' is written like a person's name; write the function, such as controlling"
    return None
