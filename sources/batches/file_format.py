"""What a kind of file is: how its beginning is recognised, which columns it shows, how its rows are read."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any, Final

from sources.batches.protocol import Reader

# So many rows of an unknown file are looked at.
SAMPLE_ROWS: Final = 2_000


class Likeness(IntEnum):
    """How much a file's beginning speaks for a format; of several formats the one with the most is taken."""

    NONE = 0
    ANY_TEXT = 1
    OPENING = 2
    OWN_MARK = 3


@dataclass(frozen=True)
class Beginning:
    """The first bytes of a file, and what its name ends in: small letters, each with its dot."""

    head: bytes
    endings: frozenset[str]

    @property
    def text(self) -> bytes:
        """The first bytes without a byte order mark and blanks."""
        return self.head.removeprefix(codecs.BOM_UTF8).lstrip()

    def opens_with(self, sign: bytes) -> Likeness:
        """``OPENING`` where the text begins with this sign."""
        return Likeness.OPENING if self.text.startswith(sign) else Likeness.NONE


@dataclass(frozen=True)
class Header:
    """What the beginning of a file shows.

    Attributes:
        names: of all columns, in their order.
        options: keys of ``[[source]]`` that say how the file is written.
        case_objects: types of object that could be the case, where the format has several.
        notes: one sentence per oddity a person should know of, without a value of the file.
        is_case_sure: whether the type of object that is taken for the case may be proposed.
    """

    names: Sequence[str]
    options: Mapping[str, Any] = field(default_factory=dict)
    case_objects: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    is_case_sure: bool = True


def _never(_: Beginning) -> Likeness:
    return Likeness.NONE


@dataclass(frozen=True)
class Format:
    """One format of files, exported as ``FORMAT`` by the connector that is called as town.toml calls the format.

    Attributes:
        title: its name for people.
        read: its rows in batches, as a source declares.
        header: its columns, given the keys of ``[[source]]`` that are declared; None where only the mapping tells
            what a column is, so that no mapping can be proposed.
        likeness: how much a beginning speaks for it.
        seeks: whether it is read back and forth, so that it must lie unpacked on the disk.
    """

    title: str
    read: Reader
    header: Callable[[Path, Mapping[str, Any]], Header] | None = None
    likeness: Callable[[Beginning], Likeness] = _never
    seeks: bool = False
