"""Cells whose code was withheld: where they are and by what it is known again. They lie beside the records they are of.

No model reads them. The code itself is nowhere, only a keyed mark of it.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from sources.contract.fields import PROVENANCE
from sources.contract.pseudonyms import Key
from sources.contract.records import LANDED

WITHHELD: Final = "withheld"

CELLS: Final[dict[str, pl.DataType]] = {
    "position": pl.Int64(),
    "record_kind": pl.String(),
    "field": pl.String(),
    # Null where a column showed so many codes that it is none of codes: such a cell is not known again.
    "mark": pl.String(),
    # The case, else the record, in which the code came, and the day: by these it is seen whether a code recurs.
    "whose": pl.String(),
    "seen_on": pl.Date(),
    # What the record's derived column says once all its codes stand.
    "apart": pl.String(),
}

FILES: Final[dict[str, dict[str, pl.DataType]]] = {**LANDED, WITHHELD: {**PROVENANCE, **CELLS}}
"""The files of a delivery: its kinds of record, and the cells of which codes were withheld."""


def mark(key: Key, field: str, code: str) -> str:
    """By what a code of a field is known again, without its text."""
    return key.pseudonym(f"withheld {field}", code)
