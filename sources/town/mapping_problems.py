"""What is wrong with a ``[[source]]`` whose keys are well formed: mappings that make no record, or none that can be.

Each mistake is one sentence; ``sources.town.source`` asks for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sources.contract.persons import word_for_persons
from sources.contract.records import COUNTS, EVENTS, FIELDS, FieldKind
from sources.contract.records import Field as ContractField
from sources.contract.vocabularies import CountKind, words
from sources.town.connection import Connection
from sources.town.mistakes import nearest
from sources.town.rows import row_problems
from sources.values.moments import is_of_months

if TYPE_CHECKING:
    from sources.town.source import Source

DATABASE_SCHEMES: Final = {"postgres": ("postgresql",), "mssql": ("mssql",), "oracle": ("oracle",)}
DATABASES: Final = ("postgres", "mssql", "oracle")


def mapping_problems(source: Source) -> Iterator[str]:
    """One sentence per mistake of a source that is well formed."""
    yield from _folder_unknown(source) if not source.is_asked else _system_unknown(source)
    yield from _unmappable_names(source)
    if not source.records:
        yield "[source.columns] names no record; an event needs case_ref, activity and occurred_at"
    given = {*source.columns, *source.constants, *(("kind", "value") if source.counts else ())}
    for record in source.records:
        for field in record.fields:
            if field.required and field.name not in given:
                yield f"[source.columns] lacks '{field.name}', which {record.name} need"
            if field.vocabulary:
                yield from _foreign_meanings(source, field)
    yield from _time_problems(source)
    yield from _record_problems(source)
    yield from _repetition_problems(source)
    yield from _list_problems(source)
    mapped = (*source.mapped_columns, *source.counts.values())
    yield from row_problems(source.carry_down, source.where, mapped, asked=source.is_asked)


def _folder_unknown(source: Source) -> Iterator[str]:
    if not source.path:
        yield "'path' is missing; add it, such as inbox/portal/*.csv"
    if source.connection is not None and not source.connection.url.startswith("sftp://"):
        yield f"connection.url of a source of {source.format} files must begin with sftp://"
    if source.format == "xml" and not source.row:
        yield "'row' is missing; name the element that is one record, such as Batch/Document"
    if source.format == "ocel" and not source.case_object:
        yield "'case_object' is missing; name the object type that is the case, such as application"
    if source.case_object and (word := word_for_persons(source.case_object)):
        yield (
            f"case_object = '{source.case_object}' names persons ({word}), and what a person did is no case; name the "
            "object type of the matter, such as application"
        )


def _system_unknown(source: Source) -> Iterator[str]:
    if source.connection is None:
        yield f"[source.connection] is missing; {source.format} needs its url"
    elif source.format in DATABASES and not source.connection.query:
        yield "connection.query is missing; name a table or view, or write a select"
    else:
        yield from _address_problems(source.format, source.connection)
    if source.path:
        yield f"'path' is for files; {source.format} is asked at connection.url"


def _address_problems(form: str, connection: Connection) -> Iterator[str]:
    wanted = DATABASE_SCHEMES.get(form, ("https", "http"))
    if connection.scheme not in wanted:
        yield f"connection.url begins with {connection.scheme}://; {form} is asked at {wanted[0]}://"
    if form == "fitconnect" and not (connection.token_url and connection.client_id):
        yield "connection lacks token_url or client_id; FIT-Connect gives both"


def _record_problems(source: Source) -> Iterator[str]:
    """Numbers made of several columns, and steps told in two rows."""
    for name, columns in source.joined.items():
        if not all(columns):
            yield f'columns.{name} is a list of column names, such as ["Nr", "Jahr"]'
        elif name in FIELDS and FIELDS[name][0][1].kind is not FieldKind.REFERENCE:
            yield f"columns.{name} may name one column only; numbers such as case_ref may be made of several"
    if source.lifecycle and (source.is_asked or "activity" not in source.columns):
        yield "'lifecycle' is for files of events; take it out, or map activity"


def _repetition_problems(source: Source) -> Iterator[str]:
    """What a source says of rows that share a key."""
    counted = source.records[0] if source.records else None
    if source.same_key_adds_up and counted is not None and not counted.adds_up:
        yield f"same_key_adds_up is for counts, costs, budget lines and posts; {counted.name} do not add up"
    if source.corrects and source.mode != "increment":
        yield f"corrects is for increments; of two files of mode '{source.mode}' the newer replaces the older anyway"
    if source.same_events_as and "record_ref" not in source.columns:
        yield "same_events_as needs columns.record_ref, the number by which an event is the same in both systems"
    if source.repeats_itself and counted is not None and counted is not EVENTS:
        yield f"repeats_itself is for events; of {counted.name} equal rows always count once"


def _time_problems(source: Source) -> Iterator[str]:
    """Days that would be read in a format which has none."""
    if source.date_format is None or not is_of_months(source.date_format):
        return
    days = {f.name for record in source.records for f in record.fields if f.kind is FieldKind.DAY}
    for name in sorted(days.intersection(source.columns)):
        yield f"date_format = '{source.date_format}' has no day, which {name} needs; have days exported"


def _list_problems(source: Source) -> Iterator[str]:
    """Deletion lists and counts that stand side by side."""
    if source.mode == "deletions":
        if source.of is None:
            yield "'of' is missing; name the source whose records the list deletes"
        if not any(name.endswith("_ref") for name in source.columns):
            yield "[source.columns] of a deletion list needs case_ref, document_ref, submission_ref or record_ref"
    for kind in source.counts:
        if kind not in words(CountKind):
            yield f"counts.{kind} is no kind of count{nearest(kind, words(CountKind))}"
    if source.counts and COUNTS not in source.records:
        yield "[source.counts] needs columns.counted_on"


def _unmappable_names(source: Source) -> Iterator[str]:
    taken = {field.name for record in source.records for field in record.fields}
    kinds = " and ".join(record.name for record in source.records)
    for name in source.columns:
        if name not in FIELDS:
            yield f"columns.{name} is not a field of the contract{nearest(name, FIELDS)}"
        elif taken and name not in taken:
            owner, _ = FIELDS[name][0]
            yield (
                f"columns.{name} belongs to {owner.name}, but this mapping yields {kinds}; "
                f"{owner.name} need '{owner.announced_by[0]}', or drop the column"
            )
    for name in source.values:
        if name not in source.columns and name not in source.constants:
            yield f"values.{name} maps a field that [source.columns] does not name"
    for name in source.constants:
        if name in source.columns:
            yield f"'{name}' is both a constant and a column; keep one"


def _foreign_meanings(source: Source, field: ContractField) -> Iterator[str]:
    allowed = field.vocabulary
    for given, meant in source.values.get(field.name, {}).items():
        if meant and meant not in allowed:
            yield f"values.{field.name} maps '{given}' to '{meant}'{nearest(meant, allowed)}"
    constant = source.constants.get(field.name)
    if constant is not None and constant not in allowed:
        yield f"constant {field.name} = '{constant}'{nearest(constant, allowed)}"
