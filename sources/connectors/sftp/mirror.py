"""Folders on another machine, reached by SFTP: files that are new or changed come into the inbox, nothing goes back.

A file is written under a hidden name and renamed when it is whole; what broke off goes on where it stopped, as long as
the file's size and time stayed. A file that is still being written, or that changes while it is fetched, waits for the
next run. Links, devices and names that would lead elsewhere are left alone.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import os
import stat
import unicodedata
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Final, TypeVar

import asyncssh

from sources.asking.patience import patiently
from sources.batches.file_names import shown_name
from sources.batches.protocol import Access, Seen, connection_of
from sources.connectors.sftp.session import UNREACHABLE, Folder, Remote, remote, sftp_of
from sources.town.source import Source

YOUNG_SECONDS: Final = 60
STILL_SECONDS: Final = 1.0
PART_PREFIX: Final = ".part-"
LONGEST_NAME_BYTES: Final = 255

T = TypeVar("T")
Known = Callable[[str, int, int], bool]


@dataclass(frozen=True)
class Mirrored:
    """What a look at the folder brought.

    Attributes:
        files: that came into the inbox now, in the order of their names.
        warnings: one sentence per file that waits or is left alone.
    """

    files: tuple[Path, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Listing:
    """What lies in the folder.

    Attributes:
        files: that match, by name.
        there: everything with a name that can be one here.
        warnings: one sentence per kind of thing that matches and is left alone.
    """

    files: tuple[Remote, ...]
    there: dict[str, Remote]
    warnings: tuple[str, ...]


def mirror(source: Source, access: Access, known: Known, into: Path) -> Mirrored:
    """Fetch every file that matches the name in ``source.path``, that is not known and not here yet.

    Args:
        source: whose connection.url is the folder.
        access: the password, or what opens the key.
        known: whether a file of this name, size (bytes) and time (whole seconds since 1970) landed before.
        into: the folder of the inbox; it exists.

    Raises:
        Refused: wrong host key, user, key or folder.
        Unreachable: no answer; what was fetched so far stays, and the rest goes on from there.
        OSError: the inbox's disk is full or may not be written.
    """
    fetching = _Fetching(source, access, known, into)
    patiently(lambda: _alone(fetching.run()), connection_of(source).patience_minutes * 60)
    return Mirrored(tuple(sorted(fetching.fetched)), tuple(fetching.warnings))


def test_sftp(source: Source, access: Access) -> Seen:
    """Reach the folder, fetch nothing, say what lies there."""
    sftp = sftp_of(source, access)

    async def look() -> Listing:
        async with sftp.session() as folder:
            return await _listing(folder, source)

    found = _alone(look())
    pattern = PurePosixPath(source.path).name
    return Seen(
        (
            f"SFTP server {sftp.place} with the expected host key, folder {sftp.folder}.",
            f"Files that match {pattern}: {len(found.files)}; other names: {len(found.there) - len(found.files)}.",
            "Nothing is ever written, renamed or deleted there; give a user that may only read.",
            *found.warnings,
        )
    )


class _Fetching:
    """One look at the folder, which may be taken up again after the connection broke off."""

    def __init__(self, source: Source, access: Access, known: Known, into: Path) -> None:
        self._source, self._known, self._into = source, known, into
        self._sftp = sftp_of(source, access)
        self._young = access.now.replace(tzinfo=dt.UTC).timestamp() - YOUNG_SECONDS
        self.fetched: set[Path] = set()
        self.warnings: list[str] = []

    async def run(self) -> None:
        """Fetch what is there; what an earlier try fetched stays fetched."""
        async with self._sftp.session() as folder:
            found = await _listing(folder, self._source)
            self.warnings = list(found.warnings)
            new = [file for file in found.files if not self._is_here(file)]
            new = [file for file in new if not self._known(file.name, file.size, file.mtime)]
            self._sweep({self._part(file) for file in new})
            for file in await self._still(folder, self._marked(found, new)):
                if await self._fetch(folder, file):
                    self.fetched.add(self._into / file.name)
                    if self._source.marker:
                        # After its file, for the inbox waits for the marker.
                        await self._fetch(folder, found.there[file.name + self._source.marker])

    def _warn(self, sentence: str) -> None:
        self.warnings.append(f"{self._source.name}: {sentence}.")

    def _told(self, file: Remote) -> str:
        return shown_name(file.name, self._source.path)

    def _is_here(self, file: Remote) -> bool:
        try:
            here = (self._into / file.name).stat()
        except FileNotFoundError:
            return False
        return (here.st_size, int(here.st_mtime)) == (file.size, file.mtime)

    def _marked(self, found: Listing, files: Sequence[Remote]) -> list[Remote]:
        """The files whose marker is there too, where the source has markers."""
        marker = self._source.marker
        if marker is None:
            return list(files)
        for file in files:
            if file.name + marker not in found.there:
                self._warn(f"{self._told(file)} waits for its {marker}")
        return [file for file in files if file.name + marker in found.there]

    async def _still(self, folder: Folder, files: list[Remote]) -> list[Remote]:
        """The files without those that are being written; only young ones are looked at twice."""
        young = [file for file in files if file.mtime > self._young]
        if not young:
            return files
        await asyncio.sleep(STILL_SECONDS)
        again = (await _listing(folder, self._source)).files
        growing = [file for file in young if file not in again]
        for file in growing:
            self._warn(f"{self._told(file)} is still being written; it waits for the next run")
        return [file for file in files if file not in growing]

    async def _fetch(self, folder: Folder, file: Remote) -> bool:
        part = self._part(file)
        try:
            await folder.download(file, part)
            is_same = await folder.look(file.name) == file and part.stat().st_size == file.size
        except UNREACHABLE:
            raise
        except asyncssh.SFTPNoSuchFile:
            return self._leave(part, f"{self._told(file)} vanished while it was fetched; nothing of it was taken")
        except asyncssh.SFTPError:
            return self._leave(part, f"{self._told(file)} cannot be read there; give the user the right to")
        if not is_same:
            return self._leave(part, f"{self._told(file)} changed while it was fetched; it waits for the next run")
        os.utime(part, (file.mtime, file.mtime))
        part.replace(self._into / file.name)
        return True

    def _part(self, file: Remote) -> Path:
        """Where a file grows; another size or time is another file, and no name is too long."""
        digest = hashlib.sha256(file.name.encode()).hexdigest()[:16]
        return self._into / f"{PART_PREFIX}{self._source.name}-{digest}-{file.size}-{file.mtime}"

    def _sweep(self, wanted: set[Path]) -> None:
        """What was begun and is no longer there as it was goes: nobody would ever finish it."""
        for part in self._into.glob(f"{PART_PREFIX}*"):
            if part.name.rsplit("-", 3)[0] == PART_PREFIX + self._source.name and part not in wanted:
                part.unlink()

    def _leave(self, part: Path, sentence: str) -> bool:
        part.unlink(missing_ok=True)
        self._warn(sentence)
        return False


async def _listing(folder: Folder, source: Source) -> Listing:
    # As in the inbox: .CSV is .csv.
    pattern = PurePosixPath(source.path).name.lower()
    files: list[Remote] = []
    there: dict[str, Remote] = {}
    unusable = irregular = 0
    for raw, attributes in await folder.entries():
        name = _usable(raw)
        if name is None:
            unusable += raw not in (b".", b"..")
            continue
        there[name] = remote(name, attributes)
        if not fnmatchcase(name.lower(), pattern) or name.startswith("."):
            continue
        kind = stat.S_IFMT(attributes.permissions or stat.S_IFREG)
        irregular += kind not in (stat.S_IFREG, stat.S_IFDIR)
        if kind == stat.S_IFREG:
            files.append(there[name])
    warnings: list[str] = []
    if unusable:
        warnings.append(
            f"{source.name}: names with signs that no file name should hold: {unusable}; left there, rename them."
        )
    if irregular:
        warnings.append(
            f"{source.name}: links or devices that match: {irregular}; "
            "left there, put the files themselves in their place."
        )
    return Listing(tuple(sorted(files)), there, tuple(warnings))


def _usable(raw: bytes) -> str | None:
    """A name that can be a file's here and leads nowhere else; None for any other."""
    try:
        name = raw.decode()
    except UnicodeDecodeError:
        return None
    leads_away = name in ("", ".", "..") or "/" in name or "\\" in name
    is_hidden_sign = any(unicodedata.category(sign) in ("Cc", "Cf", "Cs") for sign in name)
    return None if leads_away or is_hidden_sign or len(raw) > LONGEST_NAME_BYTES else name


def _alone(fetching: Coroutine[object, object, T]) -> T:
    """Run in a thread of its own: whoever calls may be in a running event loop, where no other one can be started."""
    with ThreadPoolExecutor(1) as alone:
        return alone.submit(asyncio.run, fetching).result()
