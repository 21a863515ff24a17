"""Values that become part of a statement, as SQL quotes them; everything else is handed over as a parameter."""

from __future__ import annotations

from typing import NewType

# Text that is SQL already: made of constants and quoted identifiers only.
Sql = NewType("Sql", str)


def quoted_name(identifier: str) -> str:
    """A table's or column's name."""
    return '"' + identifier.replace('"', '""') + '"'


def quoted_text(value: str) -> str:
    """A text, for the statements that take no parameters."""
    return "'" + value.replace("'", "''") + "'"
