"""What holds at the door for any delivery: rows are conserved, and how they are cut into batches cannot show."""

from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.batches.protocol import POSITION, Batch, Fault
from sources.town.folder import Town, read_town
from tests.towns import admitted, make_source, make_town

COLUMNS = ("case", "step", "at", "unit", "channel", "n")
SOURCE = make_source(
    {
        "case_ref": "case",
        "activity": "step",
        "occurred_at": "at",
        "unit": "unit",
        "channel": "channel",
        "sequence": "n",
        "due_at": "at",
    },
    service="trauung",
)
CASES = st.sampled_from(["1", "2", " 1", "ä", "a\u0308", "", None])
STEPS = st.sampled_from(["Eingang", "Ende", "x@y.de", "a\x00", "", None])
TIMES = st.sampled_from(
    ["2026-03-02", "2026-03-02T09:15", "2026-10-25T02:30", "2026-03-29T02:30", "1900-01-01", "bald", "", None]
)
UNITS = st.sampled_from(["buergeramt", "standesamt", "archiv", "other", None])
CHANNELS = st.sampled_from(["online", "Taube", "post", None])
NUMBERS = st.sampled_from(["1", "2", "zwei", None])
LIKELY = st.tuples(CASES, STEPS, TIMES, UNITS, CHANNELS, NUMBERS)
GARBAGE = st.tuples(*[st.none() | st.text(max_size=12)] * len(COLUMNS))
Row = tuple[str | None, ...]
RELAXED = settings(max_examples=60, deadline=None)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return read_town(make_town(tmp_path_factory.mktemp("door") / "town"))


def batch(rows: list[Row], first: int) -> Batch:
    """Rows as a connector gives them; one whose first cell is ``!`` could not be read."""
    numbered = list(enumerate(rows, start=first))
    faults = tuple(Fault(position, "cut_line", "cut") for position, row in numbered if row[0] == "!")
    kept = [(position, *row) for position, row in numbered if row[0] != "!"]
    schema = {POSITION: pl.Int64, **dict.fromkeys(COLUMNS, pl.String())}
    return Batch(pl.DataFrame(kept, schema=schema, orient="row"), faults)


@RELAXED
@given(rows=st.lists(GARBAGE | LIKELY, max_size=20))
def test_no_row_is_lost_whatever_it_holds(town: Town, rows: list[Row]) -> None:
    found = admitted(town, [batch(rows, 1)], SOURCE)
    assert found.rows_read == len(rows)
    kept = set(found.records["events"]["position"].to_list())
    refused = set(found.quarantine["position"].to_list())
    assert kept.isdisjoint(refused)
    assert kept | refused <= set(range(1, len(rows) + 1))


@RELAXED
@given(rows=st.lists(LIKELY | GARBAGE, max_size=16), cuts=st.lists(st.integers(0, 16), max_size=5))
def test_any_split_into_batches_admits_the_same(town: Town, rows: list[Row], cuts: list[int]) -> None:
    edges = sorted({0, len(rows), *(cut for cut in cuts if cut < len(rows))})
    parts = [batch(rows[start:end], start + 1) for start, end in pairwise(edges)]
    whole, split = admitted(town, [batch(rows, 1)], SOURCE), admitted(town, parts, SOURCE)
    assert whole.quarantine.equals(split.quarantine)
    for name, frame in whole.records.items():
        assert frame.equals(split.records[name]), name
    counts = ("rows_read", "rows_admitted", "rows_duplicate", "ambiguous", "nonexistent", "coarsened", "unmapped")
    assert [getattr(whole, name) for name in counts] == [getattr(split, name) for name in counts]


@RELAXED
@given(rows=st.lists(LIKELY, max_size=12))
def test_a_delivery_twice_in_one_file_is_once_where_the_source_repeats_itself(town: Town, rows: list[Row]) -> None:
    source = SOURCE.model_copy(update={"repeats_itself": True})
    once, twice = admitted(town, [batch(rows, 1)], source), admitted(town, [batch(rows + rows, 1)], source)
    assert once.records["events"].equals(twice.records["events"])
    assert twice.rows_duplicate == 2 * once.rows_duplicate + once.rows_admitted
