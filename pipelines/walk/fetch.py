"""Fetch and admit: folders on other machines are mirrored, files and systems go through the door.

One file that is refused or one system that is silent does not hide the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

import polars as pl
from polars.exceptions import PanicException

from pipelines.run.outcome import Stop, storage_fault
from pipelines.run.run import Run
from pipelines.run.settings import access
from pipelines.walk import ask, inbox
from pipelines.walk.given_up import GivenUp
from sources.batches.protocol import Refused, Unreachable
from sources.connectors.apart import KILLED_ITS_READER, read_batches
from sources.connectors.files import broke
from sources.connectors.systems import OPENERS
from sources.contract.inputs import INPUTS
from sources.contract.records import FIELDS
from sources.door.door import Admitted, Door
from sources.door.units import Units
from sources.landing.identity import file_fingerprint, identify, name_fingerprint
from sources.landing.landing import Landing
from sources.town.source import Source

# The system is there but shows nothing, or does not let us in. Everything else that is refused says that a source
# changed. Either way its data grow old, which the pages say, and the others go on.
NOT_LET_IN = frozenset((
    "no_rights", "no_secret", "no_connection", "no_sftp", "host_key", "host_key_unknown", "identity_file",
    "incomplete_connection", "not_encrypted", "unreadable_ca_file", "folder_missing", "sudden_zero", "sudden_loss",
    "cases_vanished", "too_few_cases",
))  # fmt: skip
LONGEST_NAME = 40
ReadProgress = Callable[[str, int], None]


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
        if admitted.rows_set_aside:
            self.warnings.append(
                f"{name}: set aside by [source.where]: {admitted.rows_set_aside}, beside the {admitted.rows_read} rows "
                "that were read."
            )
        for column, counts in admitted.nothings.items():
            listed = ", ".join(f"'{word}' ({count})" for word, count in counts.items())
            declare = f'; [source.values.{column}] with "" as meaning says so for good' * (column in source.columns)
            self.warnings.append(f"{name}: {column} holds words that stand for no value, {listed}{declare}.")
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


def mirror_folders(run: Run) -> Admission:
    """Copy what is new in folders on other machines into the inbox; returns refusals, silences and warnings."""
    admission = Admission()
    for source in run.town.sources:
        if source.is_asked or source.connection is None:
            continue
        # A town without such a folder never loads the SSH library.
        from sources.connectors.sftp.mirror import mirror  # noqa: PLC0415

        landed = {manifest.origin for manifest in run.landing.manifests_of(source.name)}
        into = run.folder / inbox.fixed_part(source.path)
        into.mkdir(parents=True, exist_ok=True)
        with admission.noting(source, source.name):
            mirrored = mirror(
                source,
                access(run.town, source),
                lambda name, size, mtime, landed=landed: file_fingerprint(name, size, mtime) in landed,
                into,
            )
            admission.warnings += mirrored.warnings
    return admission


def admit_all(run: Run, files: list[inbox.Waiting], progress: ReadProgress) -> Admission:
    """Take each waiting file through the door into ``var/incoming``; what stops one of them stops no other."""
    known_before = inbox.untaken(run.town) + inbox.unready(run.town) + _of_one_moment(run.landing, files)
    admission = Admission(warnings=known_before, unreachable=inbox.unreachable(run.town))
    units, given_up = Units(run.town), GivenUp.of(run.folder)
    # What landed before stands still while files are admitted: one look per source, not one per file.
    before = cache(partial(_columns_before, run.landing))
    for number, file in enumerate(files, start=1):
        progress(file.path.name, number)
        if (why := given_up.why(file)) is not None:
            admission.refuse(file.source, why)
            continue
        with admission.noting(file.source, file.path.name):
            try:
                columns = _admit(run, units, file, admission)
            except Refused as refusal:
                if refusal.reason_code == KILLED_ITS_READER:
                    given_up.note(file, refusal.sentence)
                raise
            except FileNotFoundError as error:
                vanished = f"{file.path.name}: vanished while it was read; nothing of it was taken."
                raise Refused("vanished", vanished) from error
            admission.warnings += _new_columns(file.source, file.path.name, columns, before(file.source.name))
    return admission


def _admit(run: Run, units: Units, file: inbox.Waiting, admission: Admission) -> tuple[str, ...]:
    """Take one file through the door, unless it changes meanwhile; returns the names of its columns."""
    landing, key, now = run.landing, run.key, run.started_at
    spool = landing.spool_for(file.source.name, file.identity.delivery_id)
    door = Door(file.source, run.town.setting.timezone, units, key, now.date(), spool=spool)
    state = file.path.stat()
    origin = file_fingerprint(file.path.name, state.st_size, int(state.st_mtime))
    columns: tuple[str, ...] = ()
    for batch in read_batches(file.path, file.source):
        door.take(batch)
        admission.warnings.extend(batch.warnings)
        columns = columns or batch.columns
    if identify(file.path, file.source, "").content_sha256 != file.identity.content_sha256:
        admission.warnings.append(f"{file.path.name}: changed while it was read; the next run takes it.")
        return ()
    admitted = door.close(file.path.name)
    folder = landing.write(file.source, file.identity, admitted, key.key_id, now, origin=origin, columns=columns)
    admission.take(file.path.name, file.source, admitted, folder)
    return columns


def _of_one_moment(landing: Landing, files: list[inbox.Waiting]) -> list[str]:
    """One sentence per dump beside which another bears the same time: nobody can tell which is the newer one."""
    dumps = [file for file in files if file.source.mode == "dump"]
    # By delivery, as one that is admitted again lies in landing already.
    names: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for source in {file.source.name for file in dumps}:
        for manifest in landing.manifests_of(source):
            names[source, manifest.stand][manifest.delivery_id] = "a dump that landed before"
    for file in dumps:
        names[_moment(file)][file.identity.delivery_id] = file.path.name
    warnings: list[str] = []
    for file in dumps:
        others = [name for one, name in names[_moment(file)].items() if one != file.identity.delivery_id]
        if others:
            warnings.append(
                f"{file.path.name}: bears the same time as another dump of source '{file.source.name}', {others[0]}, "
                "and of dumps only the newest counts; touch the newer file and run again."
            )
    return warnings


def _moment(dump: inbox.Waiting) -> tuple[str, str]:
    return dump.source.name, dump.identity.file_time.isoformat()


def _columns_before(landing: Landing, source: str) -> frozenset[str]:
    """Fingerprints of the column names of a source's newest landed delivery; none when they are not known."""
    newest = max(landing.manifests_of(source), key=lambda manifest: manifest.stand, default=None)
    return frozenset(newest.columns) if newest is not None else frozenset()


def _new_columns(source: Source, name: str, columns: tuple[str, ...], before: frozenset[str]) -> list[str]:
    """One sentence about columns that no mapping names and that the delivery before did not have."""
    if not before:
        return []
    mapped = set(source.read_columns)
    new = [c for c in columns if c not in mapped and name_fingerprint(c) not in before]
    listed = ", ".join(f"'{column}'" if len(column) <= LONGEST_NAME else "…" for column in new)
    return [f"{name}: has columns that earlier deliveries lacked, {listed}; they are not loaded."] if new else []


def ask_all(run: Run, progress: ReadProgress) -> Admission:
    """Ask each system what is new; its answers go through the door into ``var/incoming``."""
    admission = Admission()
    for source in run.town.sources:
        if not source.is_asked:
            continue
        progress(source.name, 0)
        with admission.noting(source, source.name):
            system = OPENERS[source.format](source, access(run.town, source))
            answered = ask.ask(run, source, system, lambda rows, name=source.name: progress(name, rows))
            before = _columns_before(run.landing, source.name)
            admission.warnings += [*answered.warnings, *_new_columns(source, source.name, answered.columns, before)]
            for folder, admitted in zip(answered.folders, answered.admitted, strict=True):
                admission.take(source.name, source, admitted, folder)
    return admission


def together(*parts: Admission) -> Admission:
    """Several admissions as one."""
    whole = Admission()
    for part in parts:
        for name, found in vars(part).items():
            setattr(whole, name, getattr(whole, name) + found)
    return whole
