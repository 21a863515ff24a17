"""Person-like values of the invented town: each holds a unique mark that no step may carry through the door.

A mark is ``xq`` + six base-32 signs of a counter + ``q`` + a two-digit checksum, in any letter case.
A privacy test finds all marks with ``TOKEN_PATTERN`` in the inbox and searches the rest of the folder.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from sources.demo.town.arrays import Ints

TOKEN_PATTERN: Final = r"(?i:xq[a-z2-7]{6}q[0-9]{2})"

_SIGNS: Final = "abcdefghijklmnopqrstuvwxyz234567"
_TRIPLES: Final = pl.Series("triples", [a + b + c for a in _SIGNS for b in _SIGNS for c in _SIGNS])
_CHECKS: Final = pl.Series("checks", [f"q{number:02d}" for number in range(97)])

CLERK, OPERATOR, BOOKER, REMARK, APPLICANT, STRAY, CITIZEN, STAFF = range(8)
_ROOM: Final = 1 << 27
FIELDS_PER_APPLICANT: Final = 6


def tokens(kind: int, numbers: Ints) -> pl.Series:
    """Marks for the counters ``numbers`` (below 2**27) of one kind; the same counter gives the same mark."""
    counter = np.asarray(numbers, dtype=np.int64) + kind * _ROOM
    frame = pl.DataFrame(
        {
            "head": _TRIPLES.gather(counter >> 15),
            "tail": _TRIPLES.gather(counter & 32767),
            "check": _CHECKS.gather((counter * 31 + 7) % 97),
        }
    )
    return frame.select(pl.concat_str(pl.lit("xq"), "head", "tail", "check").alias("token")).to_series()


def marked(word: str, kind: int, numbers: Ints, *, as_a_name: bool = True) -> pl.Series:
    """Marks after a word, such as an office's; as a name they begin with a capital."""
    mark = pl.col("mark").str.to_titlecase() if as_a_name else pl.col("mark")
    return pl.DataFrame({"mark": tokens(kind, numbers)}).select(pl.concat_str(pl.lit(word), mark)).to_series()


def is_token(text: str) -> bool:
    """Whether ``text`` is a mark with a right checksum."""
    body = text.lower()
    if len(body) != 11 or not body.startswith("xq"):
        return False
    counter = 0
    for sign in body[2:8]:
        counter = counter * 32 + _SIGNS.index(sign)
    return int(body[9:]) == (counter * 31 + 7) % 97
