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

from pipelines.run.run import Run
from pipelines.run.settings import access
from pipelines.walk import ask, inbox
from sources.batches.protocol import Unreachable
from sources.connectors.files import Refused, read_batches
from sources.connectors.systems import OPENERS
from sources.door.door import Admitted, Door
from sources.door.units import Units
from sources.landing.identity import file_fingerprint, identify, name_fingerprint
from sources.landing.landing import Landing
from sources.town.source import Source

# The system is there but shows nothing, or does not let us in: its data grow old, the others go on. Everything else
# that is refused says that a source changed, and what changed must not be published.
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
        unreachable: one sentence per source that could not be reached; the others go on.
        warnings: one sentence per thing to know.
    """

    folders: list[Path] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    unreachable: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    rows_read: int = 0
    rows_quarantined: int = 0

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Keep the sentence of a source that was not reached or that changed; the others go on."""
        try:
            yield
        except Unreachable as silence:
            self.unreachable.append(silence.sentence)
        except Refused as refusal:
            (self.unreachable if refusal.reason_code in NOT_LET_IN else self.refusals).append(refusal.sentence)

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
            self.warnings.append(
                f"{name}: {column} has values outside its vocabulary, counted as unknown: {listed}; "
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
        with admission.noting():
            mirrored = mirror(
                source,
                access(run.town, source),
                lambda name, size, mtime, landed=landed: file_fingerprint(name, size, mtime) in landed,
                into,
            )
            admission.warnings += mirrored.warnings
    return admission


def admit_all(run: Run, files: list[inbox.Waiting], progress: ReadProgress) -> Admission:
    """Take each waiting file through the door into ``var/incoming``."""
    town, landing, key, now = run.town, run.landing, run.key, run.started_at
    known_before = inbox.untaken(town) + inbox.unready(town) + _of_one_moment(landing, files)
    admission = Admission(warnings=known_before, unreachable=inbox.unreachable(town))
    units = Units(town)
    # What landed before stands still while files are admitted: one look per source, not one per file.
    before = cache(partial(_columns_before, landing))
    for number, file in enumerate(files, start=1):
        progress(file.path.name, number)
        spool = landing.spool_for(file.source.name, file.identity.delivery_id)
        door = Door(file.source, town.setting.timezone, units, key, now.date(), spool=spool)
        try:
            state = file.path.stat()
            origin = file_fingerprint(file.path.name, state.st_size, int(state.st_mtime))
            columns: tuple[str, ...] = ()
            for batch in read_batches(file.path, file.source):
                door.take(batch)
                admission.warnings.extend(batch.warnings)
                columns = columns or batch.columns
            if identify(file.path, file.source, "").content_sha256 != file.identity.content_sha256:
                admission.warnings.append(f"{file.path.name}: changed while it was read; the next run takes it.")
                continue
            admitted = door.close()
            folder = landing.write(
                file.source, file.identity, admitted, key.key_id, now, origin=origin, columns=columns
            )
        except Refused as refusal:
            admission.refusals.append(f"Source '{file.source.name}': {refusal.sentence}")
            continue
        except FileNotFoundError:
            vanished = f"{file.path.name}: vanished while it was read; nothing of it was taken."
            admission.refusals.append(f"Source '{file.source.name}': {vanished}")
            continue
        admission.take(file.path.name, file.source, admitted, folder)
        admission.warnings += _new_columns(file.source, file.path.name, columns, before(file.source.name))
    return admission


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
    mapped = set(source.columns.values())
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
        with admission.noting():
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
