"""Pseudonyms: a keyed hash of a normalised reference. The key never lies in the town's folder.

HMAC-SHA-256 with the purpose in the message, cut to 128 bits (EDPB 01/2025: pseudonymisation secret and domain).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import Final

import polars as pl

KEY_BYTES = 32
BLOCK_BYTES: Final = 64
RECENT: Final = 100_000
# No pseudonym, and not None, which is what a blank reference becomes.
UNMADE: Final = ""
# What normalising does more to than to write it in capitals: blanks, and signs outside of ASCII.
NOT_PLAIN: Final = r"[^!-~]"
_BLANKS = re.compile(r"\s+")
# What Word, PDF and web pages make of a hyphen and a slash, and the signs nobody sees: NFKC lets them stand.
_KINDS: Final = {"Pd": "-", "Cf": None}
_SOFT_HYPHEN: Final = "\u00ad"


@dataclass(frozen=True)
class Key:
    """The town's secret; its id may be known, the secret may not."""

    secret: bytes

    @property
    def key_id(self) -> str:
        """Twelve hex digits naming the key without telling it."""
        return hashlib.sha256(b"papierwende/key-id/v1\0" + self.secret).hexdigest()[:12]

    def pseudonym(self, purpose: str, text: str) -> str:
        """32 hex digits for a text within a purpose."""
        return self.hashing(purpose)(text)

    def hashing(self, purpose: str) -> Callable[[str], str]:
        """``pseudonym`` for many texts of a purpose: what all of them begin with is hashed once."""
        secret = self.secret if len(self.secret) <= BLOCK_BYTES else hashlib.sha256(self.secret).digest()
        padded = secret.ljust(BLOCK_BYTES, b"\0")
        inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded) + f"papierwende/{purpose}/v1\0".encode())
        outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))

        def pseudonym(text: str) -> str:
            message, whole = inner.copy(), outer.copy()
            message.update(text.encode())
            whole.update(message.digest())
            return whole.hexdigest()[:32]

        return pseudonym


@dataclass
class RecentPseudonyms:
    """Pseudonyms made lately, so that a reference that recurs is hashed once; never more than two generations."""

    young: dict[str | None, str | None] = field(default_factory=dict)
    old: dict[str | None, str | None] = field(default_factory=dict)

    def made(self, references: Iterable[str | None], make: Callable[[str | None], str | None]) -> list[str | None]:
        """The pseudonyms of normalised references."""
        found: list[str | None] = []
        for reference in references:
            pseudonym = self.young.get(reference, UNMADE)
            if pseudonym == UNMADE:
                if len(self.young) >= RECENT:
                    self.old, self.young = self.young, {}
                pseudonym = self.old[reference] if reference in self.old else make(reference)
                self.young[reference] = pseudonym
            found.append(pseudonym)
        return found


def normalised(reference: str) -> str:
    """A reference as every system means it: NFKC, one hyphen, one slash, no invisible sign, one blank, upper case."""
    if reference.isascii():
        return " ".join(reference.split()).upper()
    plain = unicodedata.normalize("NFKC", reference)
    if _SOFT_HYPHEN in plain or not _is_latin_1(plain):
        # Once more: what an invisible sign parted, or a capital parts, belongs together.
        plain = unicodedata.normalize("NFKC", plain.translate(_one_sign()).upper())
    return _BLANKS.sub(" ", plain).strip().upper()


@cache
def _one_sign() -> dict[int, str | None]:
    """For ``str.translate``; made when a number needs it, which most towns' never do."""
    signs = chain(range(0x80, 0x10000), range(0xE0000, 0xE0080))
    kinds = ((sign, unicodedata.category(chr(sign))) for sign in signs)
    return {sign: _KINDS[kind] for sign, kind in kinds if kind in _KINDS} | {0x2212: "-", 0x2044: "/", 0x2215: "/"}


def _is_latin_1(text: str) -> bool:
    """Whether a text holds none of the signs that must become one, but for the soft hyphen: far cheaper to tell."""
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def pseudonymised(
    references: pl.Series,
    purpose: str,
    key: Key,
    canonical: Callable[[str], str] | None = None,
    recent: RecentPseudonyms | None = None,
) -> pl.Series:
    """A column of references as pseudonyms; null stays null, blank becomes null.

    Args:
        references: numbers in clear.
        purpose: the domain within which pseudonyms meet.
        key: the town's.
        canonical: takes off what one source adds to a normalised number.
        recent: what earlier columns of the same purpose and spelling became.
    """
    hashed = key.hashing(purpose)

    def make(reference: str | None) -> str | None:
        plain = canonical(reference) if canonical is not None and reference else reference
        return hashed(plain) if plain else None

    made = (recent or RecentPseudonyms()).made(_normalised_all(references), make)
    return pl.Series(references.name, made, dtype=pl.String)


def _normalised_all(references: pl.Series) -> Iterable[str | None]:
    """``normalised`` of each; where all are plain, as most towns' numbers are, at once."""
    if not references.str.contains(NOT_PLAIN).any():
        return references.str.to_uppercase()
    return [reference and normalised(reference) for reference in references]
