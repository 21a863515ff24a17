"""In which encoding of one byte a sign a German text is written: each of its umlauts stands amidst letters."""

from __future__ import annotations

import codecs
import re
from typing import Final

import numpy as np

WINDOWS, DOS = "windows-1252", "cp850"
# ü of DOS is no sign of Windows, its ä a quotation mark: only where an umlaut can stand in a word does one count.
_SMALL: Final = re.compile(r"(?:(?<=[A-Za-zÄÖÜäöü])|(?<![^\W_]))[äöü](?=[a-zß])|(?<=[A-Za-zäöü])ß")
_CAPITAL: Final = re.compile(r"(?<![^\W_])[ÄÖÜ](?=[a-z])|(?<=[A-Z])[ÄÖÜ]|(?<![^\W_])[ÄÖÜ](?=[A-Z])")


def single_byte_encoding(text: bytes) -> str:
    """Windows-1252, or CP850 where that gives more German letters in places where they can stand."""
    found = {encoding: _german_letters(text.decode(encoding, "replace")) for encoding in (WINDOWS, DOS)}
    return DOS if found[DOS] > found[WINDOWS] else WINDOWS


def _german_letters(text: str) -> int:
    return len(_SMALL.findall(text)) + len(_CAPITAL.findall(text))


def other_single_byte(text: bytes, codec: str) -> str | None:
    """DOS or Windows where a text taken for the other has umlauts within words only as that one; None elsewhere.

    Stricter than ``single_byte_encoding``, as a quotation mark of Windows may open a word, but stands within none.
    """
    own = "ä".encode(codec) if codec in _SINGLE else b""
    other = DOS if own == "ä".encode(WINDOWS) else WINDOWS if own == "ä".encode(DOS) else None
    if other is None or text.isascii():
        return None
    return other if _within_words(text, other) > _within_words(text, codec) else None


_SINGLE: Final = {codecs.lookup(name).name for name in (WINDOWS, DOS, "latin-1", "iso8859-15", "cp437")}


def _within_words(text: bytes, encoding: str) -> int:
    """How many small umlauts stand between a letter and a small one, and how many ß between a vowel and an e."""
    data = np.frombuffer(text, dtype=np.uint8)
    # First and last sign have no neighbours.
    places = np.flatnonzero(data[1:-1] >= 0x80) + 1
    sign, before, after = data[places], data[places - 1], data[places + 1]
    small = (after >= ord("a")) & (after <= ord("z"))
    letter = ((before | 0x20) >= ord("a")) & ((before | 0x20) <= ord("z"))
    umlaut = np.isin(sign, np.frombuffer("äöü".encode(encoding), dtype=np.uint8)) & letter & small
    vowel = np.isin(before, np.frombuffer("aouäöü".encode(encoding), dtype=np.uint8))
    sharp = (sign == "ß".encode(encoding)[0]) & vowel & (after == ord("e"))
    return int((umlaut | sharp).sum())
