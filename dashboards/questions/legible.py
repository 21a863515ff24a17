"""Text that every renderer survives: no control, format, private or unassigned characters, no line separators.

Names come from other systems. A control character makes the chart renderer abort the whole process and is not allowed
in XML; a direction mark can turn a number around. They become blanks before anything is drawn or written.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import polars as pl

_UNPRINTABLE: Final = r"[\p{C}\p{Zl}\p{Zp}]"
_SEPARATORS: Final = ("Zl", "Zp")


def legible_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with all its texts, and texts in lists, made legible."""
    texts = pl.selectors.string().str.replace_all(_UNPRINTABLE, " ")
    lists = [
        pl.col(name).list.eval(pl.element().str.replace_all(_UNPRINTABLE, " "))
        for name, dtype in frame.schema.items()
        if dtype == pl.List(pl.String)
    ]
    return frame.with_columns(texts, *lists)


def legible(text: str) -> str:
    """One text made legible, with single blanks."""
    shown = (
        " " if unicodedata.category(char).startswith("C") or unicodedata.category(char) in _SEPARATORS else char
        for char in text
    )
    return re.sub(r"\s+", " ", "".join(shown)).strip()
