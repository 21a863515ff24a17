"""In which encoding of one byte a sign a German text is written: each of its umlauts stands amidst letters."""

from __future__ import annotations

import re
from typing import Final

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
