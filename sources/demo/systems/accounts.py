"""What was written into which file: the generator's own row accounting."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FileAccount:
    """Rows of one source file; ``rows`` counts all of them, header excluded, a cut last line included.

    Attributes:
        path: path below the town's folder.
        source: the name of the source in ``town.toml`` that takes the file.
        rows: records in the file.
        duplicates: records that repeat an earlier one of the same file exactly.
        quarantined: records the door must refuse.
        repeated_from_earlier_file: records that an earlier file of the source carries as well.
        ambiguous_times: wall-clock times that October's night has twice.
        unmapped_values: records with a channel no mapping names.
        coarsened: records whose unit is small or of unknown size.
        records_per_row: how many records each row becomes; more than one where counts stand side by side.
        outdated: records that a later record of the source replaces, or that a deletion list removes.
    """

    path: str
    source: str
    rows: int
    duplicates: int = 0
    quarantined: int = 0
    repeated_from_earlier_file: int = 0
    ambiguous_times: int = 0
    unmapped_values: int = 0
    coarsened: int = 0
    records_per_row: int = 1
    outdated: int = 0
