"""paperless-ngx that speaks API version 10 or 9: what changed, what is there, what failed; never a text or a name.

First only ids are listed, all at once, then the documents behind them are fetched by their ids: nothing is lost while
people work, and the next pull begins at the newest modification on that list. A document that came late or was changed
within ``connection.overlap_hours`` is found again; what is older is found by a full pull (watermark None).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sources.asking.asked_rows import Newest, TextRows, refuse_columns, refuse_lost
from sources.asking.pages import Item
from sources.asking.watermarks import begin
from sources.asking.web import Web
from sources.batches.protocol import Access, Batch, Refused, Seen, refuse_missing, wanted_columns
from sources.connectors.paperless.document import (
    CUSTOM,
    DELETED_AT,
    DOCUMENT_TYPE,
    HISTORY,
    PERSONAL_COLUMNS,
    PLAIN_COLUMNS,
    TAGS,
    CustomField,
    Labels,
    fields_asked,
    refuse_unmappable,
    row_of,
)
from sources.connectors.paperless.service import PaperlessService
from sources.connectors.paperless.visibility import Visibility
from sources.town.source import Source

RIGHTS: Final = "the token of a user who may view documents, tags, document types and custom fields, and owns nothing"
# So many ids fit into an address that no server finds too long.
MOST_ASKED_BY_ID: Final = 400
ASKED_BY_ID: Final = 250
KEYS: Final = ("document_ref", "submission_ref", "case_ref")


@dataclass
class _Listed:
    """What one list of ids says: the documents to be fetched."""

    ids: list[int] = field(default_factory=list[int])
    sends_texts: bool = False


class Paperless:
    """One paperless-ngx; a source of mode "deletions" reads its trash instead of its documents."""

    def __init__(
        self,
        source: Source,
        access: Access,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Nothing is asked yet; ``sleep`` waits so many seconds, ``clock`` gives seconds since whenever."""
        if source.connection is None or not access.secret:
            raise Refused("no_secret", f"{source.name}: the token is missing; give it by the environment.")
        self._source, self._access, self._secret = source, access, access.secret.strip()
        self._connection, self._name = source.connection, source.name
        self._sleep, self._clock = sleep, clock
        self._columns = wanted_columns(source)
        self._visibility = Visibility(source, access)
        self._is_trash = source.mode == "deletions"
        customs = [column for column in self._columns if column.startswith(CUSTOM)]
        here = (DELETED_AT,) if self._is_trash else HISTORY
        refuse_columns(source, (*PLAIN_COLUMNS, DOCUMENT_TYPE, TAGS, *customs, *here), PERSONAL_COLUMNS)

    def test(self) -> Seen:
        """Agree on a version, count, name the columns; no document is read."""
        with self._service() as service:
            customs = {field.name: field for field in map(CustomField.of, service.labels("custom_fields"))}
            types = sorted(str(item["name"]) for item in service.labels("document_types"))
            hidden = self._visibility.hidden(service, None)
            sentences = (
                f"{self._name}: paperless-ngx {service.version or 'of unknown version'} answers in API version "
                f"{service.api_version}.",
                hidden or f"{self._name}: {self._visibility.shown(service)}.",
                f"{self._name}: custom fields are {', '.join(sorted(customs)) or 'none'}.",
                f"{self._name}: document types are {', '.join(types) or 'none'}.",
                *self._failed_tasks(service, None),
            )
        return Seen(sentences, (*Labels(custom_fields=customs).columns, *HISTORY))

    def pull(self, watermark: str | None) -> Iterator[Batch]:
        """Changed documents, then all references that are still there; or the trash.

        Raises:
            Refused: ``sudden_zero``, ``sudden_loss``, a column that is missing, or as ``Web`` does.
            Unreachable: no answer now.
        """
        with self._service() as service:
            if self._is_trash:
                yield from self._trash(service, watermark)
                return
            if hidden := self._visibility.hidden(service, watermark):
                raise Refused("sudden_zero", hidden)
            self._visibility.refuse_loss(service.visible)
            labels = self._labels(service)
            listed = _Listed()
            newest = Newest(self._source, watermark, self._access.now)
            for items in service.documents(("id", "modified"), self._since(watermark)):
                listed.ids += [int(item["id"]) for item in items]
                for item in items:
                    newest.take(item.get("modified"))
            rows = TextRows(self._columns)
            for document in self._fetched(service, listed):
                for row in self._rows(service, document, labels):
                    rows.add(row)
                    if rows.is_full:
                        yield rows.take()
            yield rows.take(self._warnings(service, listed, watermark), newest.watermark)
            yield from self._present(service, labels)
            self._visibility.remember(service.visible)

    @contextmanager
    def _service(self) -> Generator[PaperlessService]:
        headers = {"Authorization": f"Token {self._secret}"}
        folder = self._access.town_folder
        with Web(
            self._source, headers=headers, sleep=self._sleep, clock=self._clock, folder=folder, rights=RIGHTS
        ) as web:
            yield PaperlessService(self._name, web)

    def _labels(self, service: PaperlessService) -> Labels:
        """The names the mapping needs, and only those kinds."""
        wanted = self._columns
        customs = any(column.startswith(CUSTOM) for column in wanted)
        labels = Labels(
            tags=_names(service, "tags") if TAGS in wanted else {},
            document_types=_names(service, "document_types") if DOCUMENT_TYPE in wanted else {},
            custom_fields={f.name: f for f in map(CustomField.of, service.labels("custom_fields"))} if customs else {},
        )
        refuse_missing(Path(self._name), [*labels.columns, *HISTORY, DELETED_AT], wanted)
        refuse_unmappable(self._name, wanted, labels)
        return labels

    def _since(self, watermark: str | None) -> str | None:
        begun = begin(watermark, self._connection.overlap_hours) if watermark else None
        return begun[1].isoformat() if begun and begun[0] == "instant" and not isinstance(begun[1], int) else None

    def _fetched(self, service: PaperlessService, listed: _Listed) -> Iterator[Item]:
        fields = fields_asked(self._columns)
        size = min(self._connection.page_size or ASKED_BY_ID, MOST_ASKED_BY_ID)
        ids = list(dict.fromkeys(listed.ids))
        for start in range(0, len(ids), size):
            documents = service.documents_of(ids[start : start + size], fields)
            refuse_lost(self._source, documents, fields)
            listed.sends_texts |= any("content" in document for document in documents[:1])
            yield from documents

    def _rows(self, service: PaperlessService, document: Item, labels: Labels) -> Iterator[dict[str, object]]:
        """The document as one row, or as one per entry of its history."""
        row = row_of(document, [column for column in self._columns if column not in HISTORY], labels)
        if not self._reads_history:
            yield row
            return
        for entry in service.history(int(document["id"])):
            yield row | {name: entry.get(name.removeprefix("history.")) for name in HISTORY}

    @property
    def _reads_history(self) -> bool:
        return any(column in HISTORY for column in self._columns)

    def _warnings(self, service: PaperlessService, listed: _Listed, watermark: str | None) -> tuple[str, ...]:
        warnings = [*self._failed_tasks(service, watermark), *self._visibility.warnings(service)]
        if self._reads_history:
            warnings.append(_sends_texts(self._name, "with the history of documents", "map no history.* column"))
        if listed.sends_texts:
            warnings.append(
                _sends_texts(self._name, "although none was asked for", "see whether a proxy cuts addresses")
            )
        return tuple(warnings)

    def _failed_tasks(self, service: PaperlessService, watermark: str | None) -> tuple[str, ...]:
        try:
            failed, clashes = service.failed_tasks(watermark)
        except Refused as refusal:
            if refusal.reason_code != "no_rights":
                raise
            return (f"{self._name}: its tasks are forbidden to this token, so failed intakes are not counted.",)
        if not failed:
            return ()
        since = " since the last pull" if watermark else ""
        return (
            f"{self._name}: {failed} documents could not be taken in{since}, {clashes} of them because their archive "
            "number was given away already; see the tasks there.",
        )

    def _present(self, service: PaperlessService, labels: Labels) -> Iterator[Batch]:
        """All references that exist, by the column that names a record; other references stay empty."""
        references = {name: column for name, column in self._source.columns.items() if name.endswith("_ref")}
        key = next((references[name] for name in KEYS if references.get(name, HISTORY[0]) not in HISTORY), None)
        if key is None:
            return
        rows = TextRows(list(dict.fromkeys(references.values())))
        found = 0
        for items in service.documents(fields_asked((key,))):
            found += len(items)
            for item in items:
                row = row_of(item, (key,), labels)
                if row[key] is not None:
                    rows.add(row)
        if found * 2 < service.visible or found == 0 < service.visible:
            raise Refused(
                "present_short",
                f"{self._name}: paperless counts {service.visible} documents but lists only {found}; nothing was "
                "taken, run again when nobody changes them.",
            )
        yield rows.take(part="present")

    def _trash(self, service: PaperlessService, watermark: str | None) -> Iterator[Batch]:
        labels = self._labels(service)
        rows = TextRows(self._columns)
        newest = Newest(self._source, watermark, self._access.now)
        for items in service.trash():
            for item in items:
                newest.take(item.get(DELETED_AT))
                rows.add(row_of(item, self._columns, labels))
        warning = _sends_texts(self._name, "with its trash", "leave this source out; pulls find deletions without it")
        yield rows.take((warning,), newest.watermark)


def _names(service: PaperlessService, kind: str) -> dict[int, str]:
    return {int(item["id"]): str(item["name"]) for item in service.labels(kind)}


def _sends_texts(name: str, when: str, remedy: str) -> str:
    return f"{name}: paperless sends whole texts {when}; nothing of them was kept. To have none sent, {remedy}."
