"""What a document of paperless-ngx says under the names a mapping uses, and which of its fields are never asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from sources.asking.pages import Item
from sources.batches.protocol import Refused

PLAIN_COLUMNS: Final = ("id", "created", "added", "modified", "page_count", "archive_serial_number", "mime_type")
DOCUMENT_TYPE: Final = "document_type"
TAGS: Final = "tags"
CUSTOM: Final = "custom_fields."
HISTORY: Final = ("history.id", "history.timestamp", "history.action")
DELETED_AT: Final = "deleted_at"
PERSONAL_COLUMNS: Final = frozenset(
    (
        "content", "title", "correspondent", "notes", "original_file_name", "archived_file_name", "owner",
        "permissions", "storage_path", "history.actor", "history.changes",
    )
)  # fmt: skip
# Texts of any length, and links to other documents: neither is one value of this document.
UNMAPPABLE_TYPES: Final = ("longtext", "documentlink")


@dataclass(frozen=True)
class CustomField:
    """A field a town made for itself; ``options`` are the labels of a choice by their ids."""

    number: int
    name: str
    data_type: str
    options: dict[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def of(cls, item: Item) -> CustomField:
        """The field as ``/api/custom_fields/`` tells it."""
        extra = cast("dict[str, Any]", item.get("extra_data") or {})
        options = cast("list[Any]", extra.get("select_options") or [])
        labels = {str(option["id"]): str(option["label"]) for option in options if isinstance(option, dict)}
        return cls(int(item["id"]), str(item["name"]), str(item["data_type"]), labels)

    def read(self, value: object) -> object:
        """A value as people see it; an amount in euro without its currency, another currency with it."""
        if value is None:
            return None
        if self.data_type == "select":
            return self.options.get(str(value), str(value))
        if self.data_type == "monetary":
            return str(value).removeprefix("EUR")
        return value


@dataclass(frozen=True)
class Labels:
    """The names behind the numbers; of each kind only when a mapping asks for it."""

    tags: Mapping[int, str] = field(default_factory=dict[int, str])
    document_types: Mapping[int, str] = field(default_factory=dict[int, str])
    custom_fields: Mapping[str, CustomField] = field(default_factory=dict[str, CustomField])

    @property
    def columns(self) -> list[str]:
        """All columns of documents that a mapping can name."""
        return [*PLAIN_COLUMNS, DOCUMENT_TYPE, TAGS, *(f"{CUSTOM}{name}" for name in sorted(self.custom_fields))]


def fields_asked(columns: Iterable[str]) -> list[str]:
    """The fields of ``fields=`` for these columns: what is not among them never crosses the wire."""
    fields = {"custom_fields" if column.startswith(CUSTOM) else column for column in columns}
    return sorted({"id", *(field for field in fields if field not in HISTORY)})


def row_of(document: Item, columns: Iterable[str], labels: Labels) -> dict[str, object]:
    """A document's values under the columns' names."""
    customs = {int(item["field"]): item["value"] for item in document.get("custom_fields") or []}
    row: dict[str, object] = {}
    for column in columns:
        if column.startswith(CUSTOM):
            custom = labels.custom_fields[column.removeprefix(CUSTOM)]
            row[column] = custom.read(customs.get(custom.number))
        elif column == TAGS:
            row[column] = ",".join(sorted(_name(labels.tags, number) for number in document[TAGS])) or None
        elif column == DOCUMENT_TYPE:
            number = document[DOCUMENT_TYPE]
            row[column] = None if number is None else _name(labels.document_types, number)
        else:
            row[column] = document.get(column)
    return row


def refuse_unmappable(name: str, columns: Iterable[str], labels: Labels) -> None:
    """Refuse a mapping of a custom field that is no single value.

    Raises:
        Refused: ``column_type``.
    """
    for column in columns:
        custom = labels.custom_fields.get(column.removeprefix(CUSTOM)) if column.startswith(CUSTOM) else None
        if custom is not None and custom.data_type in UNMAPPABLE_TYPES:
            raise Refused(
                "column_type",
                f"{name}: column '{column}' is of type {custom.data_type}, which holds no single value; "
                "take it out of [source.columns].",
            )


def _name(names: Mapping[int, str], number: int) -> str:
    """The name, or the number of one that this user may not see: it will be counted as an unknown value."""
    return names.get(number, f"#{number}")
