"""Files that killed their reader: not read again until they, their mapping or the program changes.

The note knows a file by its hashes only, as a name may be somebody's.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.run.outcome import write_whole
from pipelines.run.settings import program_version
from pipelines.walk.inbox import Waiting


@dataclass
class GivenUp:
    """What is known of files that are not read any more.

    Attributes:
        path: where the note lies.
        said: per file why, without its name.
    """

    path: Path
    said: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, town_folder: Path) -> GivenUp:
        """What a town knows; a note that cannot be read means that files are tried once more."""
        path = town_folder / "var" / "given_up.json"
        with suppress(OSError, ValueError):
            said = json.loads(path.read_text(encoding="utf-8"))
            if isinstance(said, dict):
                return cls(path, {str(file): str(why) for file, why in said.items()})
        return cls(path)

    def why(self, file: Waiting) -> str | None:
        """Why a file is not read again, None where it may be."""
        said = self.said.get(recognised(file))
        return None if said is None else file.path.name + said

    def note(self, file: Waiting, sentence: str) -> None:
        """Remember a file by what it was refused with."""
        self.said[recognised(file)] = sentence.removeprefix(file.path.name)
        write_whole(self.path, json.dumps(self.said, indent=1))


def recognised(file: Waiting) -> str:
    """What a verdict on a file holds for: its content, its mapping and the program."""
    return f"{file.identity.content_sha256} {file.identity.mapping_sha256[:16]} {program_version()}"
