"""Pseudonyms: a keyed hash of a normalised reference. The key never lies in the town's folder.

HMAC-SHA-256 with the purpose in the message, cut to 128 bits (EDPB 01/2025: pseudonymisation secret and domain).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

KEY_BYTES = 32
_BLANKS = re.compile(r"\s+")


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
        message = f"papierwende/{purpose}/v1\0{text}".encode()
        return hmac.digest(self.secret, message, "sha256")[:16].hex()


def normalised(reference: str) -> str:
    """A reference as every system means it: NFKC, one blank for many, upper case."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFKC", reference)).strip().upper()


def pseudonymised(
    references: pl.Series, purpose: str, key: Key, undressed: Callable[[str], str] = lambda plain: plain
) -> pl.Series:
    """A column of references as pseudonyms; null stays null, blank becomes null.

    Args:
        references: numbers in clear.
        purpose: the domain within which pseudonyms meet.
        key: the town's.
        undressed: takes off what one source adds to a normalised number.
    """
    distinct = references.drop_nulls().unique()
    plain = [undressed(normalised(text)) for text in distinct]
    pseudonyms = [key.pseudonym(purpose, text) if text else None for text in plain]
    return references.replace_strict(
        distinct, pl.Series(pseudonyms, dtype=pl.String), default=None, return_dtype=pl.String
    )
