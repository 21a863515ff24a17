"""Repetition: a row that says what an earlier row said is found, in memory and on the disk; no other ever is."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.door.duplicates import Repetition
from sources.storage.spool import Spool
from tests.towns import KEY

ROW = st.tuples(
    st.sampled_from([None, "", "a", "b", "\x00"]),
    st.sampled_from([None, 0, 1, -1]),
    st.sampled_from([None, True, False]),
)
SCHEMA = {"text": pl.String, "number": pl.Int64, "truth": pl.Boolean}


@settings(max_examples=80, deadline=None)
@given(parts=st.lists(st.lists(ROW, max_size=12), max_size=6), bound=st.sampled_from([0, 5, 1000]))
def test_exactly_the_rows_that_say_it_again_are_repeated(
    tmp_path_factory: pytest.TempPathFactory, parts: list[list[tuple[object, ...]]], bound: int
) -> None:
    frames = [pl.DataFrame(part, schema=SCHEMA, orient="row") for part in parts]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sources.door.duplicates.PRINTS_IN_MEMORY", bound)
        repetition = Repetition(KEY, Spool(tmp_path_factory.mktemp("r") / "spool"), "rows")
        for frame in frames:
            repetition.add(frame)
        found = repetition.repeated()
    whole = pl.concat([pl.DataFrame(schema=SCHEMA), *frames])
    assert found.tolist() == (~whole.select(pl.struct(pl.all()).is_first_distinct()).to_series()).to_list()


def test_many_rows_that_differ_a_little_are_all_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sources.door.duplicates.PRINTS_IN_MEMORY", 1000)
    numbers = pl.DataFrame(
        {"a": pl.int_range(300_000, eager=True) // 500, "b": pl.int_range(300_000, eager=True) % 500}
    )
    repetition = Repetition(KEY, Spool(tmp_path / "spool"), "rows")
    for part in numbers.iter_slices(70_000):
        repetition.add(part)
    assert not repetition.repeated().any()
    repetition.add(numbers.tail(3))
    assert repetition.repeated().nonzero()[0].tolist() == [300_000, 300_001, 300_002]


def test_without_a_folder_everything_stays_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sources.door.duplicates.PRINTS_IN_MEMORY", 1)
    repetition = Repetition(KEY, None, "rows")
    repetition.add(pl.DataFrame({"a": [1, 2, 1]}))
    assert repetition.repeated().tolist() == [False, False, True]
