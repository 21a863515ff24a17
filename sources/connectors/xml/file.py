"""Any XML index by declarative mapping: which element is one record, and small paths to its values.

Only elements that some path names are kept, and a record only until it ended. Of what stands around a record,
attributes are there, and elements that closed before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from sources.batches.protocol import BATCH_ROWS, Batch, Refused, judged_names, text_rows, wanted_columns
from sources.batches.xml_stream import walked
from sources.connectors.xml.path import Element, XmlPath, understood
from sources.town.source import Source

# Elements kept at one time; no record, nor what stands around one, has more.
MOST_KEPT: Final = 500_000
MOST_TEXTS: Final = 16
MOST_NAMES: Final = 500


class _Index:
    """Records collected on the way through the document."""

    def __init__(self, row: tuple[str, ...], paths: dict[str, XmlPath]) -> None:
        self.rows: list[list[str | None]] = []
        self.present: set[str] = set()
        self.names: set[str] = set()
        self.elements: set[str] = set()
        self.is_near = False
        self.is_too_large = False
        self._row = row
        self._paths = paths
        self._inside = {tag for path in paths.values() if not path.begins_above for tag in path.tags}
        self._around = {tag for path in paths.values() if path.begins_above for tag in path.tags}
        self._tags: list[str] = []
        self._open: list[Element] = []
        self._record_at: int | None = None
        self._with_records = 0
        self._kept = 0
        self._kept_before = 0
        self._below: list[str] = []
        self._shapes: set[tuple[str, ...]] = set()

    def open(self, tag: str, attributes: dict[str, str]) -> None:
        self._tags.append(tag)
        self._open.append(Element(tag, attributes))
        if self._record_at is None:
            self._look_for_record()
        else:
            self._note_names(f"{self._below[-1]}/{tag}" if self._below[-1] else tag, attributes)

    def text(self, text: str) -> None:
        element = self._open[-1]
        is_asked = self._is_asked(element.tag) or self._record_at == len(self._open) - 1
        if is_asked and len(element.texts) < MOST_TEXTS:
            element.texts.append(text)

    def close(self, tag: str) -> None:
        element = self._open.pop()
        self._tags.pop()
        if self._record_at is not None:
            self._below.pop()
        place = len(self._open)
        holds_records = place < self._with_records
        self._with_records = min(self._with_records, place)
        if place == self._record_at:
            self._take(element)
            self._kept = self._kept_before
            self._record_at, self._with_records = None, place
        elif self._open and self._is_asked(tag) and not holds_records:
            self._open[-1].children.append(element)
            self._kept += 1
            self.is_too_large = self.is_too_large or self._kept > MOST_KEPT
            return
        elif self._record_at is None:
            self._kept -= _size(element) - 1

    def _look_for_record(self) -> None:
        depth = len(self._row)
        here = tuple(self._tags[-depth:])
        if here == self._row:
            self._record_at = len(self._open) - 1
            self._kept_before = self._kept
            self._note_names("", self._open[-1].attributes)
        elif depth > 1 and tuple(self._tags[1 - depth :]) == self._row[:-1]:
            self.is_near = True
        if len(self.elements) < MOST_NAMES:
            self.elements.add("/".join(here))

    def _is_asked(self, tag: str) -> bool:
        return tag in (self._around if self._record_at is None else self._inside)

    def _note_names(self, below: str, attributes: dict[str, str]) -> None:
        """Note what a record has, which is the same in nearly all of them."""
        self._below.append(below)
        shape = (below, *attributes)
        if shape not in self._shapes and len(self._shapes) < MOST_NAMES:
            self._shapes.add(shape)
            self.names.update(f"{below}/@{name}" if below else f"@{name}" for name in attributes)
            self.names.update([below] if below else [])

    def _take(self, record: Element) -> None:
        row: list[str | None] = []
        for name, path in self._paths.items():
            value = path.found(record, self._open)
            row.append(value or None)
            if value is not None and not (path.is_count and value == "0"):
                self.present.add(name)
            elif name not in self.present and len(self.names) < MOST_NAMES:
                self.names.update(path.likely_meant(record))
        self.rows.append(row)

    def take(self, before: int) -> Batch:
        """The records so far as a batch, leaving none."""
        columns = list(zip(*self.rows, strict=True)) if self.rows else [()] * len(self._paths)
        positions = range(before + 1, before + len(self.rows) + 1)
        self.rows = []
        return Batch(text_rows(positions, dict(zip(self._paths, columns, strict=True))))


def read_xml(path: Path, source: Source) -> Iterator[Batch]:
    """Batches of records, all text; an element that is there and empty is nothing.

    Raises:
        Refused: DOCTYPE, broken XML, no such element, a path that is none, or a required one that leads nowhere.
    """
    row = tuple((source.row or "").strip("/").split("/"))
    index = _Index(row, {column: _path(path, column) for column in wanted_columns(source)})
    position = 0
    for _ in walked(path, index):
        if index.is_too_large:
            raise Refused(
                "record_too_large",
                f"{path.name}: more than {MOST_KEPT:,} elements before one '{source.row}' ended; "
                "correct row in town.toml.",
            )
        if len(index.rows) >= BATCH_ROWS:
            batch = index.take(position)
            position += batch.frame.height
            yield batch
    last = index.take(position)
    if position + last.frame.height == 0 and not index.is_near:
        close = get_close_matches("/".join(row), sorted(index.elements), n=1)
        hint = f"; the nearest is '{close[0]}'" if close else ""
        raise Refused("row_missing", f"{path.name}: no element '{source.row}'{hint}; correct row in town.toml.")
    if position + last.frame.height:
        renamed = judged_names(path, source, index.present | index.names)
        last = replace(last, warnings=(*renamed, *_uncounted(path, index, source)))
    yield last


def _uncounted(path: Path, index: _Index, source: Source) -> Iterator[str]:
    """A count of nothing in every record may be true, or a misspelt name."""
    for column in wanted_columns(source):
        if column not in index.present and _path(path, column).is_count:
            yield f"{path.name}: '{column}' is 0 in every record; if that is wrong, correct [source.columns]."


def _path(file: Path, column: str) -> XmlPath:
    path = understood(column)
    if path is None:
        raise Refused(
            "unreadable_path",
            f"{file.name}: '{column}' is no path such as @Id, Pages/@Count, IndexField[@Name='X']/@Value "
            "or count(Page); correct [source.columns].",
        )
    return path


def _size(element: Element) -> int:
    return 1 + sum(_size(child) for child in element.children)
