"""Files that were read and refused, and why: as long as they, their mapping and the program stay, so does the verdict.

With it a run knows without taking the walk that nothing is new. The note knows a file by its hashes, as a name may be
somebody's, and holds in its place a sign that no name can hold.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from pipelines.run.outcome import write_whole
from pipelines.walk.given_up import recognised
from pipelines.walk.inbox import Waiting
from sources.batches.file_names import told_of

# What may pass by itself; everything else lies in the file.
MAY_PASS: Final = ("reader_ended", "reader_broke", "vanished", "unreadable_file", "no_file")


NAME: Final = "\x00"


def keep(town_folder: Path, said: Mapping[str, str]) -> None:
    """Write down the refusals of a run, by what their files are recognised by."""
    if said or _path(town_folder).exists():
        write_whole(_path(town_folder), json.dumps(dict(said), indent=1, ensure_ascii=False))


def refused_before(town_folder: Path, files: Iterable[Waiting]) -> list[tuple[str, str]] | None:
    """Per file its source and the refusal of the last run; None where one of them is worth reading."""
    try:
        said = json.loads(_path(town_folder).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        said = {}
    told: list[tuple[str, str]] = []
    for file in files:
        sentence = said.get(recognised(file)) if isinstance(said, dict) else None
        if not isinstance(sentence, str):
            return None
        told.append((file.source.name, sentence.replace(NAME, _told(file))))
    return told


def nameless(file: Waiting, sentence: str) -> str:
    """A told sentence without the file's name."""
    return sentence.replace(_told(file), NAME)


def _told(file: Waiting) -> str:
    return told_of(file.path.name, file.path, file.source.path)


def _path(town_folder: Path) -> Path:
    return town_folder / "var" / "refused_before.json"
