"""The inbox: which files wait, which are not whole yet, which nobody takes, and when admitted ones go."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from sources.batches.file_names import told_of
from sources.contract.pseudonyms import Key
from sources.landing.codes_that_stand import lists_fingerprint
from sources.landing.identity import Identity, identify
from sources.landing.landing import Landing
from sources.town.folder import Town
from sources.town.source import Source

MD5_MARKER = ".md5"
READ_BYTES = 1 << 20


@dataclass(frozen=True)
class Waiting:
    """A file that is not landed yet."""

    source: Source
    path: Path
    identity: Identity


def waiting(town: Town, landing: Landing, key: Key) -> list[Waiting]:
    """Files in the inbox that are whole and not landed under today's mapping, in a fixed order.

    One that cannot be read is left out here and told by ``unreachable``.
    """
    rules = town.door_rules()
    found: list[Waiting] = []
    for source in town.sources:
        lists = lists_fingerprint(town, source, landing)
        whole = _still(town, [path for path in files_of(town, source) if not _awaited(path, source)])
        for path in whole:
            try:
                identity = identify(path, source, rules)
            except OSError:
                continue
            if not landing.is_landed(source, identity, key.key_id, lists):
                found.append(Waiting(source, path, identity))
    return _once(found)


def unreachable(town: Town) -> list[str]:
    """One sentence per source whose folder is not there, and per file that cannot be read."""
    missing = [sentence for source in town.sources if (sentence := _folder_missing(town, source))]
    return missing + [sentence for source in town.sources for sentence in _unreadable(town, source)]


def unready(town: Town) -> list[str]:
    """One sentence per file that waits for its marker, or is still being written."""
    sentences: list[str] = []
    for source in town.sources:
        marked: list[Path] = []
        for path in files_of(town, source):
            if awaited := _awaited(path, source):
                sentences.append(f"{_told(town, path, source.path)}: {awaited}; the next run takes it.")
            else:
                marked.append(path)
        moving = set(marked) - set(_still(town, marked))
        sentences += [
            f"{_told(town, path, source.path)}: is still being written; the next run takes it."
            for path in sorted(moving)
        ]
    return sentences


def untaken(town: Town) -> list[str]:
    """One sentence per inbox file that no source takes."""
    taken = {path for source in town.sources for path in files_of(town, source)}
    taken |= {path.with_name(path.name + source.marker) for source in town.sources if source.marker for path in taken}
    noted = [source.connection.case_ids for source in town.sources if source.connection and source.connection.case_ids]
    return [
        f"{_told(town, path)}: no source takes this file; correct path in town.toml, or remove the file."
        for path in sorted((town.folder / "inbox").rglob("*"))
        if (path.is_symlink() or path.is_file())
        and path not in taken
        and not path.name.startswith(".")
        and not any(matches(path.relative_to(town.folder), pattern) for pattern in noted)
    ]


def sweep(town: Town, landing: Landing, key: Key, now: dt.datetime) -> int:
    """Delete inbox files that were admitted more than the town's days ago; returns how many."""
    limit = now - dt.timedelta(days=town.run.inbox_keep_days)
    admitted_at = {
        manifest.delivery_id: dt.datetime.fromisoformat(manifest.admitted_at) for manifest in landing.manifests()
    }
    rules = town.door_rules()
    swept = 0
    for source in town.sources:
        lists = lists_fingerprint(town, source, landing)
        for path in files_of(town, source):
            # What was published stays published: a file that moves under our hands is the next run's matter.
            with suppress(OSError):
                identity = identify(path, source, rules)
                since = admitted_at.get(identity.delivery_id)
                is_landed = landing.is_landed(source, identity, key.key_id, lists)
                if since is not None and since < limit and is_landed:
                    path.unlink()
                    if source.marker:
                        path.with_name(path.name + source.marker).unlink(missing_ok=True)
                    swept += 1
    return swept


def files_of(town: Town, source: Source) -> Iterator[Path]:
    """The plain files a source's path names, in order; none where the folder cannot be read or a system is asked."""
    if source.is_asked or _folder_missing(town, source):
        return
    for path in sorted((town.folder / fixed_part(source.path)).rglob("*")):
        is_named = matches(path.relative_to(town.folder), source.path) and not path.name.startswith(".")
        if is_named and path.is_file() and not path.is_symlink():
            yield path


def matches(path: Path, pattern: str) -> bool:
    """Whether a path fits a pattern part by part; .CSV is .csv, as Windows writes it."""
    parts, wanted = path.parts, Path(pattern).parts
    return len(parts) == len(wanted) and all(
        fnmatchcase(part.lower(), want.lower()) for part, want in zip(parts, wanted, strict=True)
    )


def fixed_part(pattern: str) -> Path:
    """The folders before a pattern's first wildcard."""
    fixed: list[str] = []
    for part in Path(pattern).parts[:-1]:
        if any(sign in part for sign in "*?["):
            break
        fixed.append(part)
    return Path(*fixed) if fixed else Path()


def _folder_missing(town: Town, source: Source) -> str | None:
    if source.is_asked:
        return None
    folder = town.folder / fixed_part(source.path)
    if not folder.is_dir():
        return (
            f"Source '{source.name}': folder {folder} does not exist; "
            f"make it, or correct path in town.toml [[source]] '{source.name}'."
        )
    if not os.access(folder, os.R_OK | os.X_OK):
        return f"Source '{source.name}': folder {folder} may not be read; give this user the right to."
    return None


def _told(town: Town, path: Path, pattern: str = "") -> str:
    """A file by its folder and as much of its name as may be told."""
    return told_of(str(path.relative_to(town.folder)), path, pattern)


def _unreadable(town: Town, source: Source) -> Iterator[str]:
    for path in files_of(town, source):
        try:
            with path.open("rb") as raw:
                raw.read(1)
        except FileNotFoundError:
            continue
        except OSError as error:
            name = _told(town, path, source.path)
            yield f"{name}: cannot be read, {error.strerror}; give this user the right to, or copy it anew."


def _awaited(path: Path, source: Source) -> str | None:
    """What a file of a source with markers still waits for."""
    if source.marker is None:
        return None
    marker = path.with_name(path.name + source.marker)
    if not marker.is_file():
        return f"waits for its {source.marker}"
    if source.marker == MD5_MARKER and marker.read_text(errors="replace").split()[:1] != [_md5(path)]:
        return f"is not what its {source.marker} says"
    return None


def _still(town: Town, paths: list[Path]) -> list[Path]:
    """Those whose size and times stand still; what was touched just now is looked at twice."""
    before = {path: state for path in paths if (state := _state(path)) is not None}
    touched = max((max(state[1], state[2]) for state in before.values()), default=0) / 1e9
    pause = town.run.still_seconds - (time.time() - touched)
    if 0 < pause <= town.run.still_seconds:
        time.sleep(pause)
    return [path for path, state in before.items() if _state(path) == state]


def _state(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _md5(path: Path) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as raw:
        while chunk := raw.read(READ_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _once(found: list[Waiting]) -> list[Waiting]:
    """The same content under two names is one delivery."""
    by_delivery: dict[str, Waiting] = {}
    for file in found:
        by_delivery.setdefault(file.identity.delivery_id, file)
    return list(by_delivery.values())
