"""JSON Lines: one object per line; a line that is none goes to quarantine, a file that has none is refused."""

import gzip
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.batches.protocol import Refused
from tests.sources.connectors.readings import refusal_of, rows_of
from tests.towns import make_source

SOURCE = make_source(format="jsonl")
GOOD = '{"case": "1", "step": "Eingang", "at": "2026-03-02"}'


def file(folder: Path, *lines: str, name: str = "x.jsonl") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "line",
    [
        '{"case": "2", "step": "Eing',
        '{"case": "2", "step": "Eingang", "at": NaN}',
        '{"case": "2", "step": "Eingang", "at": "x", "n": -Infinity}',
        '{"case": "2", "step": "Eingang", "at": "x", "n": 1e400}',
        '{"case": "2", "case": "3", "step": "Eingang", "at": "x"}',
        '{"case": "2", "step": "half a sign \\ud83d", "at": "x"}',
        '["2", "Eingang", "2026-03-02"]',
        "2;Eingang;2026-03-02",
        "null",
        "[" * 100_000,
        f"{GOOD},",
        "\x00\x00\x00",
    ],
    ids=range(12),
)
def test_a_line_that_is_no_sound_object_goes_to_quarantine(tmp_path: Path, line: str) -> None:
    found = rows_of(file(tmp_path, GOOD, line, GOOD), SOURCE)
    assert (found.read, found.positions, found.faults) == (3, [1, 3], [(2, "unreadable_line")])


def test_a_line_in_another_encoding_goes_to_quarantine(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(f"{GOOD}\n".encode() + GOOD.replace("Eingang", "Prüfung").encode("windows-1252") + b"\n")
    found = rows_of(path, SOURCE)
    assert (found.read, found.faults) == (2, [(2, "unreadable_line")])


@pytest.mark.parametrize("content", ["", "\n", "\n \n\n"])
def test_an_empty_file_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(content, encoding="utf-8")
    assert refusal_of(path, SOURCE)[0] == "empty_file"


def test_a_file_without_any_object_is_refused_as_no_json_lines(tmp_path: Path) -> None:
    code, said = refusal_of(file(tmp_path, "[", json.dumps(GOOD) + ",", "]"), SOURCE)
    assert (code, "no line is a JSON object; have the export write JSON Lines" in said) == ("unreadable_jsonl", True)


def test_blank_lines_and_a_missing_last_newline_are_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(f"\ufeff{GOOD}\n\n\r\n{GOOD}", encoding="utf-8")
    found = rows_of(path, SOURCE)
    assert (found.positions, found.faults) == ([1, 2], [])


def test_a_nested_value_is_found_by_its_dotted_name(tmp_path: Path) -> None:
    source = make_source({"case_ref": "file.no", "activity": "step", "occurred_at": "a.b.at"}, format="jsonl")
    nested = '{"file": {"no": 7, "x": [1]}, "step": "Eingang", "a": {"b": {"at": "2026-03-02"}}}'
    flat = '{"file.no": "8", "step": "Eingang", "a": null}'
    found = rows_of(file(tmp_path, nested, flat), source)
    assert found.column("file.no") == ["7", "8"]
    assert found.column("a.b.at") == ["2026-03-02", None]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("7", "7"),
        ("7.0", "7"),
        ("1.5", "1.5"),
        ("true", "true"),
        ("null", None),
        ('""', ""),
        ("[1]", None),
        ("{}", None),
    ],
)
def test_a_value_is_read_as_the_text_it_stands_for(tmp_path: Path, written: str, read: str | None) -> None:
    line = f'{{"case": {written}, "step": "Eingang", "at": "2026-03-02"}}'
    assert rows_of(file(tmp_path, line, GOOD), SOURCE).column("case") == [read, "1"]


def test_a_large_whole_number_keeps_all_its_digits(tmp_path: Path) -> None:
    line = '{"case": 12345678901234567890123, "step": "Eingang", "at": "2026-03-02"}'
    assert rows_of(file(tmp_path, line), SOURCE).column("case") == ["12345678901234567890123"]


def test_a_required_key_no_line_has_is_refused_with_the_nearest(tmp_path: Path) -> None:
    code, said = refusal_of(file(tmp_path, GOOD.replace('"case"', '"case_no"')), SOURCE)
    assert (code, "column 'case' is missing; the nearest is 'case_no'" in said) == ("column_missing", True)


def test_a_key_some_lines_lack_is_null_there(tmp_path: Path) -> None:
    found = rows_of(file(tmp_path, GOOD, '{"case": "2", "step": "Ende"}'), SOURCE)
    assert (found.column("at"), found.faults) == (["2026-03-02", None], [])


def test_an_optional_key_that_was_probably_renamed_is_told(tmp_path: Path) -> None:
    columns = {"case_ref": "case", "activity": "step", "occurred_at": "at", "channel": "Eingangskanal"}
    source = make_source(columns, format="jsonl")
    path = file(tmp_path, GOOD.replace("}", ', "eingangs_kanal": "Post"}'))
    found = rows_of(path, source)
    assert found.column("Eingangskanal") == [None]
    assert found.warnings == [
        "x.jsonl: no record has 'Eingangskanal', but 'eingangs_kanal' is there; correct [source.columns]."
    ]
    assert rows_of(file(tmp_path, GOOD), source).warnings == []


def test_keys_nobody_wants_never_enter(tmp_path: Path) -> None:
    found = rows_of(file(tmp_path, GOOD.replace("}", ', "name": "Anna Muster"}')), SOURCE)
    assert "Anna" not in str(found)


def test_a_cut_gzip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.gz"
    path.write_bytes(gzip.compress(f"{GOOD}\n".encode() * 100)[:-20])
    assert refusal_of(path, SOURCE)[0] == "broken_gzip"


def test_many_lines_come_in_batches_that_lose_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sources.connectors.jsonl.file.CHUNK_BYTES", 200)
    lines = [GOOD.replace('"1"', str(number)) if number % 5 else "broken" for number in range(1, 19)]
    found = rows_of(file(tmp_path, *lines), SOURCE)
    assert sorted([*found.positions, *(position for position, _ in found.faults)]) == list(range(1, 19))
    assert found.column("case") == [str(number) for number in range(1, 19) if number % 5]


LINES = [
    GOOD,
    '{"case": "2", "step": "Prüfung", "at": null}',
    '{"at":"2026-03-02","case":3,"step":"a","n":1.50,"b":true}',
    '  {"case" : -0.0e1 , "step" : "" , "at" : false }\t\r',
    '{"case": "\\u00fc\\n\\/", "step": "a\\\\b", "at": "\\"x\\""}',
    '{"case": "\\u00e4", "step": "tab\\there"}',
    '{"file": {"no": 7}, "case": "n", "step": [1, "x"]}',
    '{"case": "1", "case": "2"}',
    '{"\\u0063ase": "escaped key", "case": "2"}',
    '{"case": 1e400}',
    '{"case": 01}',
    '{"case": 12345678901234567890123}',
    '{"case": 18446744073709551616, "step": -9223372036854775809}',
    '{"case": 0.12345678901234567891, "step": 123456789012345678e-2}',
    '{"case": -0, "step": 1E2, "at": 1e22}',
    '{"case": "a : b", "step": "\\\\ud83d", "at": "\\":"}',
    '{"case" :"1","case":"2"}',
    '{"case": {"case": {"case": "deep"}}, "file": [{"no": 1}, {"no": 1, "no": 2}]}',
    '{"case": NaN}',
    '{"case": "half \\ud83d"}',
    '{"case": "whole \\ud83d\\ude00"}',
    '{"case": "bad \\x escape"}',
    '{"case": "raw \t tab"}',
    '{"case": "1" "step": "2"}',
    '{"case": "1",}',
    '{, "case": "1"}',
    '{"case"}',
    '{"case": "1"}{"case": "2"}',
    '{"case": "1"}, {"case": "2"}',
    '{"case":',
    '"1"}',
    "{}",
    "{ }",
    "[]",
    '"text"',
    "",
    " ",
    "\ufeff" + GOOD,
    '{"case": "\x7f\u2028", "step": "\x0b"}',
    '{"file.no": "flat", "case": "8"}',
]
DOTTED = make_source(
    {"case_ref": "case", "activity": "step", "occurred_at": "at", "channel": "file.no"}, format="jsonl"
)


@settings(max_examples=300, deadline=None)
@given(
    lines=st.lists(st.sampled_from(LINES[:4]) | st.sampled_from(LINES), max_size=7),
    end=st.sampled_from(["\n", "\r\n", "\n\n"]),
    size=st.sampled_from([30, 200, 1 << 20]),
)
def test_lines_read_quickly_are_the_lines_read_strictly(lines: list[str], end: str, size: int) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = Path(folder) / "x.jsonl"
        path.write_text(end.join(lines), encoding="utf-8", newline="")
        patch.setattr("sources.connectors.jsonl.file.CHUNK_BYTES", size)
        quickly = read_or_refused(path)
        patch.setattr("sources.connectors.jsonl.file.TELLTALE", (b"",))
        assert quickly == read_or_refused(path)


def read_or_refused(path: Path) -> object:
    try:
        found = rows_of(path, DOTTED)
    except Refused as refusal:
        return refusal.reason_code, refusal.sentence
    return found.frame.rows(), found.faults, found.warnings


def test_plain_lines_are_read_quickly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sources.connectors.jsonl.file._strictly", lambda _: pytest.fail("strictly"))
    lines = [GOOD, '{"at": null, "step": "Pr\\u00fcfung", "case": 1234567890123456}', '{"case": 1.0}'] * 5
    found = rows_of(file(tmp_path, *lines), SOURCE)
    assert found.column("case") == ["1", "1234567890123456", "1"] * 5
    assert found.column("step") == ["Eingang", "Prüfung", None] * 5


def test_a_line_without_end_is_refused_before_it_fills_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sources.connectors.jsonl.file.CHUNK_BYTES", 10)
    monkeypatch.setattr("sources.connectors.jsonl.file.LONGEST_LINE", 100)
    code, said = refusal_of(file(tmp_path, "[" + f"{GOOD}," * 10), SOURCE)
    assert (code, said) == (
        "unreadable_jsonl",
        "x.jsonl: a line has no end; have the export write one object per line.",
    )
