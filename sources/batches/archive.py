"""Packed deliveries: .gz and .zip are unpacked while they are read, and never further than an honest export grows.

A member of an archive is named as if the archive were a folder: ``inbox/scans.zip/INDEX.DAT``. Nothing is unpacked to
where its name points. What must be read back and forth lies unpacked in a private folder of the system's temporary
folder while it is read, and is gone afterwards.
"""

from __future__ import annotations

import errno
import gzip
import io
import os
import shutil
import tempfile
import zipfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from pathlib import Path, PurePosixPath
from typing import IO, Final, Protocol

MOST_MEMBERS: Final = 1_000
MOST_RATIO: Final = 100
FREE_BYTES: Final = 50 << 20
CHUNK_BYTES: Final = 1 << 20
NESTED: Final = (".zip", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".7z", ".rar", ".zst")
# The other methods of zip may ask for gigabytes of memory before the first byte is out.
METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED_BIT: Final = 0x1


class Unpackable(Exception):
    """An archive that is not unpacked; ``sentence`` lacks the file's name, which stands before it."""

    def __init__(self, reason_code: str, sentence: str) -> None:
        """Keep code and sentence."""
        super().__init__(sentence)
        self.reason_code = reason_code
        self.sentence = sentence


class _Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...
    def close(self) -> None: ...


class _Bounded(io.RawIOBase):
    """Unpacked bytes, counted; ends with ``Unpackable`` where no export grows further."""

    def __init__(self, unpacked: _Readable, packed_bytes: int, closing: Sequence[_Readable | zipfile.ZipFile]) -> None:
        super().__init__()
        self._unpacked = unpacked
        self._closing = (unpacked, *closing)
        self._most = max(FREE_BYTES, packed_bytes * MOST_RATIO)
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._unpacked.read(len(buffer))
        self._count += len(data)
        if self._count > self._most:
            raise _bomb()
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        for part in self._closing if not self.closed else ():
            part.close()
        super().close()


def is_packed(path: Path) -> bool:
    """Whether the file's bytes are to be unpacked; a member of an archive always is."""
    return path.suffix.lower() == ".gz" or _place(path) is not None


def open_packed(path: Path) -> io.BufferedReader:
    """The unpacked bytes of a file, of a .gz, or of a member of a .zip.

    Raises:
        Unpackable: while reading, when more comes out than an honest export holds.
    """
    place = _place(path)
    if place is not None:
        archive = opened(place[0])
        info = archive.getinfo(place[1])
        with _damage_as_bad_zip():
            bounded = _Bounded(archive.open(info), info.compress_size, (archive,))
    elif path.suffix.lower() == ".gz":
        packed = path.open("rb")
        bounded = _Bounded(gzip.GzipFile(fileobj=packed), path.stat().st_size, (packed,))
    else:
        return path.open("rb")
    return io.BufferedReader(bounded, CHUNK_BYTES)


def opened(path: Path) -> zipfile.ZipFile:
    """A .zip or whatever is packed like one.

    Raises:
        BadZipFile: the archive is damaged.
        OSError: the file cannot be read at all.
    """
    with _damage_as_bad_zip():
        return zipfile.ZipFile(path)


@contextmanager
def _damage_as_bad_zip() -> Generator[None]:
    """A damaged archive leads to places that are none; zipfile says so in many ways."""
    try:
        yield
    except NotImplementedError as error:
        raise Unpackable("unknown_packing", "the archive is packed in an unusual way; have it packed anew.") from error
    except ValueError as error:
        raise zipfile.BadZipFile(str(error)) from error
    except OSError as error:
        if error.errno == errno.EINVAL:
            raise zipfile.BadZipFile(str(error)) from error
        raise


def members(path: Path) -> list[Path]:
    """What is to be read of a delivered file, in name order: itself, or the members of a .zip.

    Raises:
        Unpackable: nested, encrypted, a bomb, names that lead elsewhere, or members of several formats.
    """
    if path.suffix.lower() != ".zip":
        return [path]
    with opened(path) as archive:
        infos = archive.infolist()
        refuse_bomb(infos, path.stat().st_size)
        files = [info for info in infos if not info.filename.endswith("/") and not _is_by_the_way(info.filename)]
    for info in files:
        _refuse_member(info)
    names = sorted(info.filename for info in files)
    if not names:
        raise Unpackable("empty_file", "the archive holds no file; have the export run again.")
    if len(set(names)) < len(names):
        raise Unpackable("member_twice", "a file stands twice in the archive; have it packed anew.")
    kinds = sorted({PurePosixPath(name).suffix.lower() for name in names})
    if len(kinds) > 1:
        raise Unpackable(
            "mixed_archive", f"the archive holds {', '.join(kinds)} files; have only the export's own packed."
        )
    return [path / name for name in names]


def unpack_in(folder: Path) -> None:
    """From now on what must be unpacked lies in private folders of this one; those of processes that died go."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    for left in folder.glob("*-*"):
        if not _is_running(left.name.partition("-")[0]):
            shutil.rmtree(left, ignore_errors=True)
    _rooms[:] = [folder]


def private_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder that only this user may look into, until it is left or this process ends."""
    room = _rooms[0] if _rooms and _rooms[0].is_dir() else None
    return tempfile.TemporaryDirectory(prefix=f"{os.getpid()}-", dir=room)


# Where private folders are made; the system's own place for them before a town is known.
_rooms: list[Path] = []


def _is_running(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except PermissionError:
        return True
    except (OSError, ValueError, OverflowError):
        return False
    return True


@contextmanager
def on_disk(path: Path) -> Generator[Path]:
    """The file itself, or its unpacked copy in a private temporary folder that is removed at the end."""
    if not is_packed(path):
        yield path
        return
    with private_folder() as folder:
        copied = Path(folder) / path.name.removesuffix(".gz").removesuffix(".GZ")
        with open_packed(path) as packed:
            _copy(packed, copied)
        yield copied


def refuse_bomb(infos: Sequence[zipfile.ZipInfo], packed_bytes: int) -> int:
    """The bytes an archive says it holds.

    Raises:
        Unpackable: when that is more than an honest archive of this size holds.
    """
    if len(infos) > MOST_MEMBERS:
        raise Unpackable("bomb", f"the archive holds {len(infos)} files, more than {MOST_MEMBERS}; nothing was taken.")
    declared = sum(info.file_size for info in infos)
    if declared > max(FREE_BYTES, packed_bytes * MOST_RATIO):
        raise _bomb()
    return declared


def real_content(archive: zipfile.ZipFile, most: int) -> Iterator[bytes]:
    """All that really comes out of an archive, whatever it says of itself; ends soon after ``most`` bytes."""
    left = most
    for listed in archive.infolist():
        info = copy(listed)
        info.file_size = most + 1
        with _damage_as_bad_zip():
            member = archive.open(info)
        with member:
            while left >= 0 and (data := member.read(CHUNK_BYTES)):
                left -= len(data)
                yield data


def _refuse_member(info: zipfile.ZipInfo) -> None:
    name = info.filename
    if (
        not name
        or name.startswith("/")
        or "\\" in name
        or ":" in name
        or ".." in name.split("/")
        or not name.isprintable()
    ):
        raise Unpackable("unsafe_name", "a file in the archive has a name that leads elsewhere; nothing was taken.")
    if PurePosixPath(name).suffix.lower() in NESTED:
        raise Unpackable("nested_archive", "the archive holds an archive; have the files packed once.")
    if info.flag_bits & ENCRYPTED_BIT:
        raise Unpackable("encrypted_file", "the archive is encrypted; have it packed without a password.")
    if info.compress_type not in METHODS:
        raise Unpackable(
            "unknown_packing", f"the archive is packed by method {info.compress_type}; have it packed by Deflate."
        )


def _is_by_the_way(name: str) -> bool:
    """What a Mac adds to an archive unasked."""
    return name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith(("._", ".DS_Store"))


def _place(path: Path) -> tuple[Path, str] | None:
    """Archive and name of a member that is named as if the archive were a folder."""
    for parent in path.parents:
        if parent.suffix.lower() == ".zip" and parent.is_file():
            return parent, path.relative_to(parent).as_posix()
    return None


def _copy(packed: IO[bytes], copied: Path) -> None:
    try:
        with copied.open("wb") as out:
            shutil.copyfileobj(packed, out, CHUNK_BYTES)
    except gzip.BadGzipFile:
        raise
    except OSError as error:
        raise Unpackable(
            "no_room",
            f"cannot be unpacked, {error.strerror}; make room in {copied.parent.parent}, or deliver unpacked.",
        ) from error


def _bomb() -> Unpackable:
    return Unpackable(
        "bomb",
        f"unpacks to more than {MOST_RATIO} times its size, as no export does; nothing was taken, deliver it unpacked.",
    )
