"""The formats that town.toml knows and the connectors there are: the same, and each is recognised by its own files."""

import pkgutil
from importlib import import_module

import pytest

import sources.connectors
from sources.batches.file_format import Beginning, Format
from sources.connectors.files import FORMATS
from sources.connectors.systems import OPENERS
from sources.town.source import ASKED_FORMATS, FILE_FORMATS


def test_each_format_of_town_toml_has_a_connector_and_each_connector_its_format() -> None:
    modules = {
        found.name: import_module(f"sources.connectors.{found.name}")
        for found in pkgutil.iter_modules(sources.connectors.__path__)
    }
    assert {name for name, module in modules.items() if hasattr(module, "FORMAT")} == set(FILE_FORMATS)
    assert {name: modules[name].FORMAT for name in FILE_FORMATS} == FORMATS
    assert all(isinstance(form, Format) for form in FORMATS.values())


def test_each_system_of_town_toml_can_be_asked() -> None:
    assert tuple(OPENERS) == ASKED_FORMATS


def test_each_format_is_recognised_also_where_only_a_mapping_tells_its_columns() -> None:
    never = Format("any", FORMATS["csv"].read).likeness
    assert [name for name, form in FORMATS.items() if form.likeness is never] == []
    assert [name for name, form in FORMATS.items() if form.header is None] == ["xml", "kodak"]


@pytest.mark.parametrize(
    ("head", "endings", "name"),
    [
        (b"a;b\n1;2\n", {".csv"}, "csv"),
        (b"\xff\xfea\0;\0b\0", {".csv"}, "csv"),
        (b"a;b\n", {".xlsx"}, "xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", {".xls"}, "xlsx"),
        (b'\xef\xbb\xbf \n{"a": 1}', {".txt"}, "jsonl"),
        (b'{"objectTypes": []', {".json"}, "ocel"),
        (b"<log><object-types>", {".xml"}, "ocel"),
        (b"<log>", {".xmlocel"}, "ocel"),
        (b"<log><trace>", {".xml"}, "xes"),
        (b'<?xml version="1.0"?><xes:log xmlns:xes="x">', {".xml"}, "xes"),
        (b"<Batches><Batch/></Batches>", {".xml"}, "xml"),
        (b'"I04t";"01";"0000000001"', {".dat"}, "kodak"),
        (b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", {".ods"}, "ods"),
    ],
)
def test_the_format_with_the_surest_mark_is_taken(head: bytes, endings: set[str], name: str) -> None:
    beginning = Beginning(head, frozenset(endings))
    likeness = {form: FORMATS[form].likeness(beginning) for form in FORMATS}
    assert [form for form in FORMATS if likeness[form] == max(likeness.values())] == [name]
