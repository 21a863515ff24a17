"""Fetch and admit: folders on other machines are mirrored, files and systems go through the door.

One file that is refused or one system that is silent does not hide the others.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from functools import cache, partial

from pipelines.run.run import Run
from pipelines.run.settings import access
from pipelines.walk import ask, inbox
from pipelines.walk.admission import Admission, of_nothings, together
from pipelines.walk.given_up import GivenUp, recognised
from pipelines.walk.refused_before import MAY_PASS, keep, nameless
from sources.batches.file_names import shown_name
from sources.batches.protocol import Refused
from sources.connectors.apart import KILLED_ITS_READER, read_batches
from sources.connectors.systems import OPENERS
from sources.door.door import Door
from sources.door.units import Units
from sources.door.withheld import DeliveryCodes
from sources.landing.codes_that_stand import known_codes
from sources.landing.identity import file_fingerprint, identify, name_fingerprint
from sources.landing.landing import Landing
from sources.town.source import Source

LONGEST_NAME = 40
ReadProgress = Callable[[str, int], None]


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
    """Take each waiting file through the door into ``var/incoming``; what stops one of them stops no other.

    Codes recur over all files of a source. So those of which some were withheld are read again once all were seen, if
    others have shown by then that more codes may stand: the order of files cannot matter.
    """
    known_before = inbox.untaken(run.town) + inbox.unready(run.town) + _of_one_moment(run.landing, files)
    door = _FileDoor(run, files)
    parts: list[Admission] = []
    for number, file in enumerate(files, start=1):
        progress(shown_name(file.path.name, file.source.path), number)
        parts.append(door.admit(file))
    for number, file in enumerate(files):
        if door.may_show_more(file):
            progress(shown_name(file.path.name, file.source.path), number + 1)
            parts[number] = door.admit(file)
    keep(run.folder, door.refused)
    return together(Admission(warnings=known_before, unreachable=inbox.unreachable(run.town)), *parts)


class _FileDoor:
    """The door for the files of one run.

    Attributes:
        refused: by what a file is recognised by, why it was refused for good.
    """

    def __init__(self, run: Run, files: list[inbox.Waiting]) -> None:
        self._run = run
        self._units, self._given_up = Units(run.town), GivenUp.of(run.folder)
        # What landed before stands still while files are admitted: one look per source, not one per file.
        self._before = cache(partial(_columns_before, run.landing))
        sources = {file.source.name: file.source for file in files}
        self._codes = {name: known_codes(run.town, source, run.landing, run.key) for name, source in sources.items()}
        self._withheld: dict[str, str] = {}
        self._looks: Counter[str] = Counter()
        self.refused: dict[str, str] = {}

    def may_show_more(self, file: inbox.Waiting) -> bool:
        """Whether something of a file was withheld that may stand by what later files showed."""
        known = self._codes[file.source.name]
        lists = self._withheld.get(file.identity.delivery_id)
        return lists is not None and known is not None and lists != known.fingerprint()

    def admit(self, file: inbox.Waiting) -> Admission:
        """One file through the door, or why it is not; in place of what an earlier look at it left."""
        admission, is_final = Admission(), False
        self.refused.pop(recognised(file), None)
        if (why := self._given_up.why(file)) is not None:
            admission.refuse(file.source, why)
            return self._told(file, admission, is_final=True)
        with admission.noting(file.source, file.path.name):
            try:
                columns = self._admit(file, admission)
            except Refused as refusal:
                is_final = refusal.reason_code not in MAY_PASS
                if refusal.reason_code == KILLED_ITS_READER:
                    self._given_up.note(file, refusal.sentence)
                raise
            except FileNotFoundError as error:
                vanished = f"{file.path.name}: vanished while it was read; nothing of it was taken."
                raise Refused("vanished", vanished) from error
            known = self._before(file.source.name)
            admission.warnings += _new_columns(file.source, file.path.name, columns, known)
        return self._told(file, admission, is_final=is_final)

    def _told(self, file: inbox.Waiting, admission: Admission, *, is_final: bool) -> Admission:
        """The admission as it may be told; a refusal that nothing but another file can change is kept."""
        told = admission.telling(file.path, file.source)
        if is_final and told.refusals:
            (sentence,) = told.refusals
            self.refused[recognised(file)] = nameless(file, sentence)
        return told

    def _admit(self, file: inbox.Waiting, admission: Admission) -> tuple[str, ...]:
        """Take one file through the door, unless it changes meanwhile; returns the names of its columns."""
        run, delivery = self._run, file.identity.delivery_id
        known = self._codes[file.source.name]
        self._looks[delivery] += 1
        spool = run.landing.spool_for(file.source.name, delivery, self._looks[delivery])
        codes = None if known is None else DeliveryCodes(known, spool)
        zone, today = run.town.setting.timezone, run.started_at.date()
        door = Door(file.source, zone, self._units, run.key, today, spool, codes)
        state = file.path.stat()
        origin = file_fingerprint(file.path.name, state.st_size, int(state.st_mtime))
        columns: tuple[str, ...] = ()
        of_reading = Admission()
        for batch in read_batches(file.path, file.source):
            door.take(batch)
            of_reading.warnings.extend(batch.warnings)
            columns = columns or batch.columns
        if identify(file.path, file.source, "").content_sha256 != file.identity.content_sha256:
            admission.warnings.append(f"{file.path.name}: changed while it was read; the next run takes it.")
            return ()
        admitted = door.close(file.path.name)
        self._withheld.pop(delivery, None)
        if admitted.withheld:
            self._withheld[delivery] = admitted.lists_sha256
        of_reading.warnings += of_nothings(file.path.name, file.source, admitted)
        warnings = of_reading.telling(file.path, file.source).warnings
        admission.warnings += warnings
        folder = run.landing.write(
            file.source,
            file.identity,
            admitted,
            run.key.key_id,
            run.started_at,
            origin=origin,
            columns=columns,
            warnings=warnings,
        )
        admission.take(file.path.name, file.source, admitted, folder)
        return columns


def _of_one_moment(landing: Landing, files: list[inbox.Waiting]) -> list[str]:
    """One sentence per dump beside which another bears the same time: nobody can tell which is the newer one."""
    dumps = [file for file in files if file.source.mode == "dump"]
    # By delivery, as one that is admitted again lies in landing already.
    names: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    shown = {file.path: shown_name(file.path.name, file.source.path) for file in dumps}
    for source in {file.source.name for file in dumps}:
        for manifest in landing.manifests_of(source):
            names[source, manifest.stand][manifest.delivery_id] = "a dump that landed before"
    for file in dumps:
        names[_moment(file)][file.identity.delivery_id] = shown[file.path]
    warnings: list[str] = []
    for file in dumps:
        others = [name for one, name in names[_moment(file)].items() if one != file.identity.delivery_id]
        if others:
            warnings.append(
                f"{shown[file.path]}: bears the same time as another dump of source '{file.source.name}', {others[0]}, "
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
