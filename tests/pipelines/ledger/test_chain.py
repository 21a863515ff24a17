"""The ledger's file: whatever is done to it shows, and a kill loses nothing that was told."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.ledger import chain, heads, looking

AT = dt.datetime(2026, 1, 2, 3, 4, 5)
APPENDER = """
import sys
from pathlib import Path
from pipelines.ledger import chain, heads, looking
number = 0
while True:
    chain.append(Path(sys.argv[1]), "claim", {"number": number, "padding": "ä" * 5000})
    print(number, flush=True)
    number += 1
"""
SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """A town whose ledger holds five entries."""
    for number in range(5):
        chain.append(tmp_path, "claim", {"number": number, "who": "Prüfung"}, at=AT + dt.timedelta(minutes=number))
    return tmp_path


def numbers(town: Path) -> list[int]:
    return [entry.facts["number"] for entry in chain.entries(town)]


def written(town: Path, *lines: bytes) -> None:
    chain.place(town).write_bytes(b"".join(line + b"\n" for line in lines))


def lines_of(town: Path) -> list[bytes]:
    return chain.place(town).read_bytes().splitlines()


class TestWhatIsWritten:
    def test_it_comes_back_in_its_order(self, town: Path) -> None:
        found = chain.entries(town)
        assert [entry.facts["number"] for entry in found] == [0, 1, 2, 3, 4]
        assert [entry.number for entry in found] == [1, 2, 3, 4, 5]
        assert [entry.previous_hash for entry in found] == ["", *(entry.row_hash for entry in found[:-1])]
        assert found[0].recorded_at == AT
        assert chain.head(town) == found[-1].row_hash

    def test_the_hash_is_that_of_the_line_without_it(self, tmp_path: Path) -> None:
        entry = chain.append(tmp_path, "key", {"b": "ü", "a": 1}, at=AT)
        # Written by hand, as docs/town-folder.md tells it.
        text = '{"facts":{"a":1,"b":"ü"},"kind":"key","previous_hash":"","recorded_at":"2026-01-02T03:04:05Z"}'
        assert entry.row_hash == hashlib.sha256(text.encode()).hexdigest()
        assert json.loads(chain.place(tmp_path).read_text(encoding="utf-8"))["row_hash"] == entry.row_hash

    def test_days_and_amounts_are_texts(self, tmp_path: Path) -> None:
        facts = {"on": dt.date(2026, 1, 2), "eur": Decimal("12.50"), "large": Decimal("1E+3"), "none": None, "is": True}
        told = {"on": "2026-01-02", "eur": "12.50", "large": "1000", "none": None, "is": True}
        assert chain.append(tmp_path, "claim", facts).facts == told == chain.entries(tmp_path)[0].facts

    @pytest.mark.parametrize("value", [object(), {1, 2}, float("nan"), b"x", "\ud800"])
    def test_what_json_cannot_say_is_refused_and_nothing_is_written(self, town: Path, value: object) -> None:
        before = chain.place(town).read_bytes()
        with pytest.raises(ValueError):
            chain.append(town, "claim", {"value": value})
        assert chain.place(town).read_bytes() == before

    def test_an_unknown_kind_is_refused(self, town: Path) -> None:
        with pytest.raises(ValueError, match="'claims' is no kind"):
            chain.append(town, "claims", {})

    def test_a_clock_set_back_makes_no_entry_older(self, town: Path) -> None:
        entry = chain.append(town, "claim", {"number": 5}, at=AT)
        assert entry.recorded_at == AT + dt.timedelta(minutes=4)

    def test_no_ledger_has_no_entries_and_no_head(self, tmp_path: Path) -> None:
        assert chain.entries(tmp_path) == []
        assert chain.head(tmp_path) is None
        assert chain.cut_short(tmp_path) is None

    def test_several_are_written_all_or_none(self, town: Path) -> None:
        with pytest.raises(RuntimeError), chain.appending(town) as draft:
            draft.add("claim", {"number": 5})
            raise RuntimeError
        assert numbers(town) == [0, 1, 2, 3, 4]
        with chain.appending(town) as draft:
            draft.add("claim", {"number": 5})
            draft.add("claim", {"number": 6})
        assert numbers(town) == [0, 1, 2, 3, 4, 5, 6]


class TestWhatIsAltered:
    @SHARED
    @given(data=st.data())
    def test_any_byte(self, town: Path, data: st.DataObject) -> None:
        content = chain.place(town).read_bytes()
        place = data.draw(st.integers(0, len(content) - 1))
        byte = data.draw(st.integers(0, 255).filter(lambda value: value != content[place]))
        chain.place(town).write_bytes(content[:place] + bytes([byte]) + content[place + 1 :])
        try:
            with pytest.raises(chain.BrokenLedger, match=r"claims.jsonl: line \d .*; the ledger was altered, restore"):
                chain.entries(town)
        finally:
            chain.place(town).write_bytes(content)

    @SHARED
    @given(data=st.data())
    def test_lines_moved_doubled_or_taken_from_the_middle(self, town: Path, data: st.DataObject) -> None:
        lines = lines_of(town)
        order = data.draw(st.lists(st.integers(0, 4), max_size=7))
        is_a_beginning = order == list(range(len(order)))
        written(town, *(lines[place] for place in order))
        try:
            if is_a_beginning:
                assert numbers(town) == order
            else:
                with pytest.raises(chain.BrokenLedger):
                    chain.entries(town)
        finally:
            written(town, *lines)

    @pytest.mark.parametrize("place", range(5))
    def test_a_row_rewritten_with_a_hash_of_its_own(self, town: Path, place: int) -> None:
        lines, head = lines_of(town), chain.head(town)
        row = json.loads(lines[place])
        row["facts"]["number"] = 99
        del row["row_hash"]
        row["row_hash"] = hashlib.sha256(chain.canonical(row)).hexdigest()
        lines[place] = chain.canonical(row)
        written(town, *lines)
        if place < 4:
            with pytest.raises(chain.BrokenLedger, match=f"line {place + 2} does not follow the one before it"):
                chain.entries(town)
        else:
            # Only somebody who knows the head from elsewhere sees this one: a generation does.
            assert head not in {entry.row_hash for entry in chain.entries(town)}

    def test_blanks_and_another_order_of_fields_are_no_entry(self, town: Path) -> None:
        lines = lines_of(town)
        for other in (lines[1].replace(b'":', b'": '), json.dumps(json.loads(lines[1])).encode(), b"", b"[]", b"{}"):
            written(town, lines[0], other, *lines[2:])
            with pytest.raises(chain.BrokenLedger, match="line 2 is no entry"):
                chain.entries(town)

    def test_an_older_moment_than_the_one_before(self, town: Path) -> None:
        lines = lines_of(town)
        row = {"facts": {}, "kind": "claim", "previous_hash": chain.head(town), "recorded_at": "2025-01-02T03:04:05Z"}
        written(town, *lines, chain.canonical({**row, "row_hash": hashlib.sha256(chain.canonical(row)).hexdigest()}))
        with pytest.raises(chain.BrokenLedger, match="line 6 is older than the one before it"):
            chain.entries(town)

    def test_nothing_is_appended_to_an_altered_ledger(self, town: Path) -> None:
        content = chain.place(town).read_bytes().replace(b'"number":1', b'"number":7')
        chain.place(town).write_bytes(content)
        with pytest.raises(chain.BrokenLedger):
            chain.append(town, "claim", {"number": 5})
        assert chain.place(town).read_bytes() == content

    def test_an_end_that_was_cut_off_is_missed_before_anything_is_published(self, town: Path) -> None:
        content, last = chain.place(town).read_bytes(), chain.entries(town)[-1].row_hash
        cut = b"".join(content.splitlines(keepends=True)[:-2])
        chain.place(town).write_bytes(cut)
        said = looking.faults(town)[-1]
        assert f"does not hold entry {last[:12]}, which it held once" in said
        with pytest.raises(chain.BrokenLedger, match="which it held once; its end is missing"):
            chain.append(town, "claim", {"number": 3})
        assert chain.place(town).read_bytes() == cut
        chain.place(town).write_bytes(content)
        chain.append(town, "claim", {"number": 5}, at=AT + dt.timedelta(hours=1))

    def test_half_a_head_that_a_full_disk_left_is_none_and_spoils_none(self, town: Path) -> None:
        known = heads.known(town)
        with heads.place(town).open("ab") as file:
            file.write(b"\x000123abc")
        entry = chain.append(town, "claim", {"number": 5}, at=AT + dt.timedelta(hours=1))
        assert heads.known(town) == [*known, entry.row_hash]

    def test_what_cannot_be_noted_is_recorded_all_the_same(self, town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(_town: Path, _head: str) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(heads, "remember", full)
        entry = chain.append(town, "claim", {"number": 5}, at=AT + dt.timedelta(hours=1))
        assert chain.head(town) == entry.row_hash

    def test_an_emptied_var_costs_only_this_memory(self, town: Path) -> None:
        heads.place(town).unlink()
        chain.append(town, "claim", {"number": 5}, at=AT + dt.timedelta(hours=1))
        assert heads.known(town) == [chain.head(town)]


class TestKilledWhileAppending:
    def test_wherever_the_last_line_is_cut_the_others_stand_and_the_next_entry_mends_it(self, town: Path) -> None:
        content = chain.place(town).read_bytes()
        start = content[:-1].rfind(b"\n") + 1
        # Of a line that was never whole no head was noted.
        noted = heads.place(town).read_text(encoding="ascii").splitlines(keepends=True)
        for end in range(start, len(content)):
            chain.place(town).write_bytes(content[:end])
            heads.place(town).write_text("".join(noted[:-1]), encoding="ascii")
            # A last line that lacks only its end is whole.
            whole = 5 if end == len(content) - 1 else 4
            assert numbers(town) == list(range(whole))
            said = chain.cut_short(town)
            assert (said is None) == (end in (start, len(content) - 1))
            assert said is None or "line 5 was cut while it was written" in said
            chain.append(town, "claim", {"number": whole}, at=AT + dt.timedelta(hours=1))
            assert numbers(town) == list(range(whole + 1))
            assert chain.cut_short(town) is None

    def test_what_was_told_as_written_stands_after_a_kill(self, tmp_path: Path) -> None:
        for round_ in range(3):
            before = len(chain.entries(tmp_path))
            with subprocess.Popen([sys.executable, "-c", APPENDER, str(tmp_path)], stdout=subprocess.PIPE) as process:
                assert process.stdout is not None
                process.stdout.readline()
                time.sleep(0.05 * (round_ + 1))
                os.kill(process.pid, signal.SIGKILL)
                told = 1 + len(process.stdout.read().splitlines())
            assert len(chain.entries(tmp_path)) - before in (told, told + 1)

    def test_a_disk_without_room_leaves_the_ledger_as_it_was(self, town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        content = chain.place(town).read_bytes()
        write = os.write

        def half(handle: int, data: bytes) -> int:
            write(handle, data[:20])
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(chain.os, "write", half)
        with pytest.raises(OSError, match="No space left") as error:
            chain.append(town, "claim", {"number": 5})
        assert error.value.filename == str(chain.place(town))
        assert chain.place(town).read_bytes() == content

    def test_two_who_append_at_once_both_stand(self, tmp_path: Path) -> None:
        command = [
            sys.executable, "-c",
            "import sys; from pathlib import Path; from pipelines.ledger import chain\n"
            "for number in range(20): chain.append(Path(sys.argv[1]), 'claim', {'number': number})",
            str(tmp_path),
        ]  # fmt: skip
        both = [subprocess.Popen(command) for _ in range(2)]
        assert [process.wait() for process in both] == [0, 0]
        assert sorted(numbers(tmp_path)) == sorted([*range(20), *range(20)])
