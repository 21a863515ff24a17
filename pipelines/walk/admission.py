"""What the door made of everything that is new, with a sentence for each thing to know of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
from polars.exceptions import PanicException

from pipelines.run.outcome import Stop, storage_fault
from sources.batches.archive import members
from sources.batches.file_names import told_of
from sources.batches.protocol import Refused, Unreachable
from sources.connectors.files import broke
from sources.contract.fields import UNLISTED
from sources.contract.inputs import INPUTS
from sources.contract.records import FIELDS
from sources.door.admitted import Admitted
from sources.door.withheld import Withheld
from sources.town.lists import list_of
from sources.town.source import AND, Source

# The system is there but shows nothing, or does not let us in. Everything else that is refused says that a source
# changed. Either way its data grow old, which the pages say, and the others go on.
NOT_LET_IN = frozenset((
    "no_rights", "no_secret", "no_connection", "no_sftp", "host_key", "host_key_unknown", "identity_file",
    "incomplete_connection", "not_encrypted", "unreadable_ca_file", "folder_missing", "sudden_zero", "sudden_loss",
    "cases_vanished", "too_few_cases",
))  # fmt: skip


@dataclass
class Admission:
    """What the door made of everything that is new.

    Attributes:
        folders: admitted deliveries in ``var/incoming``.
        refusals: one sentence per file or answer that was refused whole.
        refused: the source of each refusal.
        unreachable: one sentence per source that could not be reached; the others go on.
        warnings: one sentence per thing to know.
    """

    folders: list[Path] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    unreachable: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    rows_read: int = 0
    rows_quarantined: int = 0

    @contextmanager
    def noting(self, source: Source, called: str) -> Iterator[None]:
        """Keep why a source was not reached or cannot be taken, whatever it is; the others go on.

        A fault of the disk is no source's and ends the run.
        """
        try:
            yield
        except Unreachable as silence:
            self.unreachable.append(silence.sentence)
        except Refused as refusal:
            if refusal.reason_code in NOT_LET_IN:
                self.unreachable.append(refusal.sentence)
            else:
                self.refuse(source, refusal.sentence)
        except Stop:
            raise
        except (Exception, PanicException) as defect:
            if storage_fault(defect) is not None:
                raise
            self.refuse(source, f"{called}: {broke(defect)}")

    def telling(self, path: Path, source: Source) -> Admission:
        """The same, with sentences that do not tell how the file and what is packed in it are called."""
        packed: list[Path] = []
        if any(path.name in sentence for sentence in (*self.refusals, *self.unreachable, *self.warnings)):
            with suppress(Exception):
                packed = [member for member in members(path) if member != path]
        for one in (*packed, path):
            for sentences in (self.refusals, self.unreachable, self.warnings):
                sentences[:] = [told_of(sentence, one, source.path) for sentence in sentences]
        return self

    def refuse(self, source: Source, sentence: str) -> None:
        """Keep why a delivery was refused whole."""
        names_it = sentence.startswith((f"{source.name}: ", f"Source '{source.name}'"))
        self.refusals.append(sentence if names_it else f"Source '{source.name}': {sentence}")
        self.refused.append(source.name)

    def refused_frame(self) -> pl.DataFrame:
        """Per source how many of its deliveries were refused whole, for the models."""
        names = pl.DataFrame({"source": self.refused}, schema={"source": pl.String()})
        counted = names.group_by("source").agg(refused=pl.len().cast(pl.Int64())).sort("source")
        return counted.select(INPUTS["refused_deliveries"].keys())

    def take(self, name: str, source: Source, admitted: Admitted, folder: Path) -> None:
        """Count one delivery in, and say what there is to know of it."""
        self.folders.append(folder)
        self.rows_read += admitted.rows_read
        self.rows_quarantined += admitted.rows_quarantined
        if admitted.rows_read == 0:
            self.warnings.append(f"{name}: holds a header but no row; check the export of source '{source.name}'.")
        if admitted.rows_quarantined:
            self.warnings.append(
                f"{name}: {admitted.rows_quarantined} of {admitted.rows_read} rows went to quarantine; "
                "`papierwende status` lists why."
            )
        if admitted.rows_duplicate and source.records[0].adds_up:
            self.warnings.append(
                f"{name}: {admitted.rows_duplicate} rows say the same as another one and count once; if they are "
                "several, map what tells them apart or say same_key_adds_up = true."
            )
        if admitted.rows_set_aside:
            self.warnings.append(
                f"{name}: set aside by [source.where]: {admitted.rows_set_aside}, beside the {admitted.rows_read} rows "
                "that were read."
            )
        self.warnings += [_withheld(source, folder.name, column, found) for column, found in admitted.withheld.items()]
        for column, counts in admitted.unmapped.items():
            listed = ", ".join(f"'{value}' ({count})" for value, count in counts.items())
            is_time = any(field.kind.is_time for _, field in FIELDS[column])
            self.warnings.append(
                f"{name}: {column} names days that mean never, counted as empty: {listed}; "
                f'settle it by mapping them to "" in [source.values.{column}].'
                if is_time
                else f"{name}: {column} has values outside its vocabulary, counted as unknown: {listed}; "
                f"map them in [source.values.{column}]."
            )


def of_nothings(name: str, source: Source, admitted: Admitted) -> list[str]:
    """One sentence per column in which words stand that were taken for no value."""
    sentences: list[str] = []
    for column, counts in admitted.nothings.items():
        listed = ", ".join(f"'{word}' ({count})" for word, count in counts.items())
        declare = f'; [source.values.{column}] with "" as meaning says so for good' * (column in source.columns)
        sentences.append(f"{name}: {column} holds words that stand for no value, {listed}{declare}.")
    return sentences


def together(*parts: Admission) -> Admission:
    """Several admissions as one."""
    whole = Admission()
    for part in parts:
        for name, found in vars(part).items():
            setattr(whole, name, getattr(whole, name) + found)
    return whole


def _withheld(source: Source, delivery: str, name: str, found: Withheld) -> str:
    """What of a column could be somebody's name, and how it is let in."""
    column, file = source.columns[name].replace(AND, "/"), f"{list_of(name)}.csv"
    rows = "1 row" if found.rows == 1 else f"{found.rows:,} rows"
    return (
        f"Source '{source.name}': {rows} of column '{column}' hold values that {file} does not list and that are too "
        f"rare, or too like a name, to be sure they name nobody (first in row {found.first:,} of delivery "
        f"{delivery[:8]}); they stand as '{UNLISTED}'. List them in parameters/{file}, or map them in "
        f"[source.values.{name}], then run again."
    )
