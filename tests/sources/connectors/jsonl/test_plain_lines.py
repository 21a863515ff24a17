"""Lines read at once are the lines read one by one: rows, positions, faults, kinds of value, keys, refusals."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.batches.protocol import Refused
from sources.connectors.files import read_batches
from sources.connectors.jsonl.plain import MOST_KEYS, read_plain
from tests.towns import make_source

COLUMNS = {"case_ref": "case", "activity": "Schritt Ä", "occurred_at": "at", "channel": "file.no"}
SOURCE = make_source(COLUMNS, format="jsonl")
PLAIN_VALUES = (
    st.text(st.characters(exclude_categories=["Cs"], max_codepoint=0xFFFF), max_size=6)
    | st.sampled_from(['"', "\\", '":5', '","case":7', ': 5"', "\x00null", "null", "12", "1.5", "\x7f\u2028", "\ufffe"])
    | st.none()
    | st.booleans()
    | st.integers(-(10**18) + 1, 10**18 - 1)
    | st.integers(-(10**11), 10**11).map(lambda number: number / 1000)
)
OTHER_VALUES = st.sampled_from([
    "1.50", "7.0", "1e3", "-0", "-0.0", "1E400", "01", "12345678901234567890123", "9223372036854775808", "0.00001",
    "0.12345678901234567891", "NaN", "-Infinity", "{}", "[1]", '{"no": 7}', '{"no": "x", "no": 1}', "nul", "",
    '"half \\ud83d"', '"whole \\ud83d\\ude00"', '"bad \\x"', '"\\u00zz"', '"raw \t tab"', '"open', '"a" "b"', '"\x00"',
])  # fmt: skip
KEYS = ["case", "Schritt Ä", "at", "file.no", "n", "*", "^at$", 'quo"te', "back\\slash", ":", ",", "a,", "tab\t"]


@st.composite
def plain_lines(draw: st.DrawFn) -> list[str]:
    """Objects that all have the same keys in the same order, written in one way."""
    keys = draw(st.lists(st.sampled_from(KEYS), min_size=1, unique=True))
    separators = draw(st.sampled_from([(",", ":"), (", ", ": "), (" , ", " : ")]))
    is_ascii = draw(st.booleans())
    rows = draw(st.lists(st.tuples(*(PLAIN_VALUES for _ in keys)), min_size=1, max_size=6))
    return [json.dumps(dict(zip(keys, row, strict=True)), ensure_ascii=is_ascii, separators=separators) for row in rows]


@st.composite
def spoilt_lines(draw: st.DrawFn) -> list[str]:
    """Such objects of which one has a value that is not plain, a key too many, too few or twice."""
    lines = draw(plain_lines())
    place = draw(st.integers(0, len(lines) - 1))
    value, key = draw(OTHER_VALUES), draw(st.sampled_from(['"case"', '"new"', '"at"', "case", ""]))
    begun = lines[place][:-1]
    lines[place] = draw(st.sampled_from([f"{begun}, {key}: {value}}}", f"{{{key}: {value}}}", value, begun, "{}"]))
    return lines


def all_of(path: Path) -> object:
    """Everything that is read of a file."""
    try:
        return [
            (batch.frame.rows(), batch.faults, dict(batch.decimals), batch.columns, batch.warnings)
            for batch in read_batches(path, SOURCE)
        ]
    except Refused as refusal:
        return refusal.reason_code, refusal.sentence


@settings(max_examples=300, deadline=None)
@given(
    parts=st.lists(plain_lines() | spoilt_lines(), min_size=1, max_size=3),
    end=st.sampled_from(["\n", "\r\n", "\n\n", " \n "]),
    size=st.sampled_from([60, 1 << 20]),
)
def test_lines_read_at_once_are_the_lines_read_one_by_one(parts: list[list[str]], end: str, size: int) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = Path(folder) / "x.jsonl"
        path.write_text(end.join(line for part in parts for line in part), encoding="utf-8", newline="")
        patch.setattr("sources.connectors.jsonl.file.PLAIN_BYTES", size)
        at_once = all_of(path)
        patch.setattr("sources.connectors.jsonl.file.read_plain", lambda *_: None)
        assert at_once == all_of(path)
        patch.setattr("sources.connectors.jsonl.file.TELLTALE", (b"",))
        assert at_once == all_of(path)


def block_of(*objects: Mapping[str, object], is_ascii: bool = False) -> bytes:
    return "".join(json.dumps(one, ensure_ascii=is_ascii) + "\n" for one in objects).encode()


@pytest.mark.parametrize("is_ascii", [True, False])
def test_plain_lines_are_read_at_once(is_ascii: bool) -> None:
    first: dict[str, object] = {"Fall Ä": 'ä "x" \\', "n": 3, "b": True, "x": "4"}
    second: dict[str, object] = {"Fall Ä": None, "n": 1.25, "b": False, "x": "y"}
    plain = read_plain(block_of(first, second, is_ascii=is_ascii), ["Fall Ä", "n", "b", "x", "none"])
    assert plain is not None
    assert plain.rows.rows() == [('ä "x" \\', "3", "true", "4"), (None, "1.25", "false", "y")]
    assert (plain.keys, plain.numbers, plain.lines_left) == (["Fall Ä", "n", "b", "x"], {"n"}, b"")


def test_lines_that_are_not_plain_are_left_with_their_places() -> None:
    lines = [b'{"case": "1"}', b'{"case": 7.0}', b"", b'{"case": "2"}', b'{"case": "3", "case": "4"}', b'{"case": "5"}']
    plain = read_plain(b"\r\n".join(lines), ["case"])
    assert plain is not None
    assert (plain.rows["case"].to_list(), plain.places.to_list()) == (["1", "2", "5"], [0, 2, 4])
    assert (plain.lines_left.split(b"\n"), plain.left.to_list()) == ([lines[1], lines[4]], [1, 3])


@pytest.mark.parametrize(
    "block",
    [
        block_of({"case": "1", "at": "2"}, {"at": "2", "case": "1"}, {"case": "1"}),
        b'{"case": "1", "case": "2"}\n',
        b'{"case": "\xff"}\n',
        b'{"case": 1.50}\n{"case": "1"}\n',
        block_of({"case": "1", **{f"k{number}": "" for number in range(MOST_KEYS)}}),
        block_of({"other": "1"}),
        b"",
    ],
    ids=range(7),
)
def test_lines_of_which_most_or_the_first_are_not_plain_are_all_left(block: bytes) -> None:
    assert read_plain(block, ["case"]) is None
