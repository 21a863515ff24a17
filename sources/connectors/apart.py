"""Files whose parser may die of them are read in a process of its own, with bounds on memory, silence and output.

The process starts with the first such file and serves the next ones too. A file that kills it is refused; the run and
the other files go on.
"""

from __future__ import annotations

import atexit
import os
import pickle
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final, cast

from sources.batches import wire
from sources.batches.archive import private_folder
from sources.batches.file_format import Header
from sources.batches.protocol import Batch, Refused
from sources.connectors import files
from sources.town.source import Source

# Their parsers are native, or a small file of theirs may ask for a thousandfold.
APART: Final = frozenset(("xlsx", "ods", "parquet", "xml", "xes", "ocel"))
KILLED_ITS_READER: Final = "killed_reader"
MOST_MEMORY: Final = 4 << 30
MOST_SILENT_SECONDS: Final = 600.0
MOST_OUTPUT: Final = 4 << 30
MOST_RATIO: Final = 1000
# Memory a reader took it keeps: after so much a new one is started.
ENOUGH: Final = 256 << 20
PIECE: Final = 1 << 20


class _Died(Exception):
    """A reader died; ``how`` completes the sentence, and unless it was the file's own doing somebody ended it."""

    def __init__(self, how: str, *, is_files_own: bool = True) -> None:
        super().__init__(how)
        self.how = how
        self.is_files_own = is_files_own


def read_batches(path: Path, source: Source) -> Iterator[Batch]:
    """A delivery's rows in batches, read as its source declares; apart from this process where that is wise.

    Raises:
        Refused: the delivery as a whole cannot be taken.
    """
    if not _is_read_apart(path, source.format):
        yield from files.read_batches(path, source)
        return
    for message in _messages(path, "batches", path, source):
        yield wire.as_batch(message)


def header_of(path: Path, form: str, declared: Mapping[str, Any]) -> Header:
    """What the beginning of a delivery shows; apart from this process where that is wise.

    Raises:
        Refused: it cannot be read so.
    """
    if not _is_read_apart(path, form):
        return files.header_of(path, form, declared)
    (header,) = [wire.as_header(message) for message in _messages(path, "header", path, form, dict(declared))]
    return header


def _is_read_apart(path: Path, form: str) -> bool:
    return form in APART or path.suffix.lower() == ".zip"


def _messages(path: Path, kind: str, *of: object) -> Iterator[wire.Message]:
    """What a reader tells of a file; where it served others before, these may have killed it, and a new one is asked.

    Raises:
        Refused: the file cannot be taken, or kills its reader.
    """
    given = 0
    while True:
        reader = _idle.pop() if _idle and _idle[-1].has_room else _Reader()
        served = reader.served
        try:
            for message in reader.answers(kind, path, *of):
                given += 1
                yield message
            return
        except _Died as death:
            if not served or given:
                raise _refused(path, death, is_to_blame=death.is_files_own and not served) from death
        finally:
            if reader.is_spent:
                reader.end()
            else:
                _idle.append(reader)


def _refused(path: Path, death: _Died, *, is_to_blame: bool) -> Refused:
    if is_to_blame:
        return Refused(
            KILLED_ITS_READER,
            f"{path.name}: is set aside, its reader {death.how}; have the export run again, or deliver it as CSV. "
            "It is not tried again until it changes.",
        )
    return Refused("reader_ended", f"{path.name}: its reader {death.how}; nothing was taken, the next run tries again.")


class _Reader:
    """A process that reads one file after another."""

    def __init__(self) -> None:
        self.served = 0
        self._given = 0
        self._is_done = True
        # What is unpacked for reading lies here, and goes with the process however that ends.
        self._folder = private_folder()
        arguments = ["-B"] if sys.dont_write_bytecode else []
        self._process = subprocess.Popen(
            [sys.executable, "-P", *arguments, "-m", "sources.connectors.reader", str(MOST_MEMORY)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # No secret of this process is its business.
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "TMPDIR": self._folder.name, "LANG": "C.UTF-8"},
            start_new_session=True,
        )

    @property
    def has_room(self) -> bool:
        """Whether there still is the folder in which it unpacks."""
        return Path(self._folder.name).is_dir()

    @property
    def is_spent(self) -> bool:
        """Whether it is amidst a file, dead, or has taken much memory."""
        return not self._is_done or self._given > ENOUGH or self._process.poll() is not None

    def answers(self, kind: str, path: Path, *of: object) -> Iterator[wire.Message]:
        """What it reads of a file.

        Raises:
            Refused: the file cannot be taken.
            _Died: the reader died of it, or was ended.
        """
        self._is_done = False
        most = self._given + max(MOST_OUTPUT, MOST_RATIO * path.stat().st_size if path.exists() else 0)
        refusal: Refused | None = None
        self._ask(kind, *of)
        while not (message := wire.unpacked(lambda count: self._received(count, most)))[0].get("done"):
            if "memory" in message[0]:
                raise _Died(_TOO_MUCH_MEMORY)
            if "refused" in message[0]:
                refusal = Refused(*message[0]["refused"])
            else:
                yield message
        self._is_done = True
        self.served += 1
        if refusal is not None:
            raise refusal

    def end(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            # What a dead reader was asked cannot be sent any more.
            with suppress(BrokenPipeError):
                cast("IO[bytes]", pipe).close()
        self._folder.cleanup()

    def _ask(self, *request: object) -> None:
        asked = cast("IO[bytes]", self._process.stdin)
        try:
            pickle.dump(request, asked)
            asked.flush()
        except BrokenPipeError as error:
            raise self._death() from error

    def _received(self, count: int, most: int) -> bytes:
        self._given += count
        if self._given > most:
            raise _Died(f"made more than {max(MOST_OUTPUT, 1) >> 30} GB of rows from it")
        pipe = cast("IO[bytes]", self._process.stdout).fileno()
        pieces: list[bytes] = []
        while count:
            if not select.select([pipe], [], [], MOST_SILENT_SECONDS)[0]:
                raise _Died(f"gave no row for {MOST_SILENT_SECONDS / 60:.0f} minutes")
            piece = os.read(pipe, min(count, PIECE))
            if not piece:
                raise self._death()
            pieces.append(piece)
            count -= len(piece)
        return b"".join(pieces)

    def _death(self) -> _Died:
        code = -self._process.wait()
        if code in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            return _Died(f"was ended by {signal.Signals(code).name}, or memory ran out", is_files_own=False)
        if code == signal.SIGABRT:
            return _Died(_TOO_MUCH_MEMORY)
        return _Died(f"died of it ({signal.Signals(code).name if code > 0 else f'exit {-code}'})")


_TOO_MUCH_MEMORY: Final = f"died of it, as of asking for more than {MOST_MEMORY >> 30} GB of memory"
_idle: list[_Reader] = []


@atexit.register
def _end_all() -> None:
    for reader in _idle:
        reader.end()
