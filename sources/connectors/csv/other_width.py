"""Why a row of a CSV has another number of columns than its header, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

PROPOSED: Final = "`papierwende sources propose` writes the lines that read it"


def other_width(found: int, names: Sequence[str], *, ends_empty: bool) -> str:
    """The likeliest reason, and the way out; ``ends_empty`` where the row ends in a delimiter."""
    if found == len(names) + 1 and ends_empty:
        return f"the row ends in a delimiter too many; {PROPOSED}, or have the export write none at the end"
    if found == len(names) - 1 and not names[-1]:
        return f"the header ends in a delimiter too many, the row does not; {PROPOSED}"
    if found > len(names):
        return "a delimiter too many stands in a text; have the export put texts in quotes"
    return "delimiters are missing, as where a text breaks the line; have the export put texts in quotes"
