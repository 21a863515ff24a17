"""What may stand in the ledger: four eyes, one way forward, nothing twice; and whoever writes past it is found."""

from __future__ import annotations

import datetime as dt
import hashlib
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.ledger import chain, heads, looking, writing
from pipelines.ledger.book import Book, Refused, read
from pipelines.ledger.signatures import SigningKey
from sources.contract.ledger_words import CorrectionReason, LedgerStatus
from tests.pipelines.ledger.claims_made import (
    AT,
    AUDIT,
    CONTROL,
    JANUARY,
    OWNER,
    TREASURY,
    euros,
    forced,
    hours,
    registered,
    rehash,
    rows_of,
)

FEBRUARY = dt.date(2026, 2, 1)
SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)


@pytest.fixture
def town(tmp_path: Path) -> Path:
    return registered(tmp_path)


def book_of(town: Path) -> Book:
    book, faults = read(chain.entries(town))
    assert faults == []
    return book


def recorded(town: Path, *claims: object, **more: object) -> list[str]:
    made = writing.record(town, claims, OWNER, at=AT, **more)  # type: ignore[arg-type]
    return made.new + made.corrected


class TestKeys:
    def test_the_first_two_are_of_two_functions_and_need_nobody(self, tmp_path: Path) -> None:
        writing.register_key(tmp_path, OWNER)
        with pytest.raises(Refused, match=r"the first two keys belong to two functions, and organisation has one"):
            writing.register_key(tmp_path, SigningKey("organisation", bytes(32)))
        writing.register_key(tmp_path, CONTROL)
        assert set(book_of(tmp_path).keys) == {OWNER.key_id, CONTROL.key_id}

    def test_each_later_one_is_signed_by_one_that_is_registered(self, town: Path) -> None:
        new, stranger = SigningKey("it", bytes(32)), SigningKey("it", bytes([1]) * 32)
        for endorser in (None, stranger):
            with pytest.raises(Refused, match=r"after the first two, a key needs the signature of one that is regis"):
                writing.register_key(town, new, endorser)
        writing.register_key(town, new, TREASURY)
        assert book_of(town).keys[new.key_id].function == "it"

    @pytest.mark.parametrize("function", ["Petra Meyer", "petra-meyer", "p.meyer", "meyer", "", "CONTROLLING", "a b"])
    def test_a_key_belongs_to_a_function_and_to_nobody_by_name(self, tmp_path: Path, function: str) -> None:
        with pytest.raises(Refused, match=r"is no code of a function|is written like a person's name"):
            writing.register_key(tmp_path, SigningKey(function, bytes(32)))
        assert chain.entries(tmp_path) == []

    def test_the_same_key_is_not_registered_twice(self, town: Path) -> None:
        with pytest.raises(Refused, match=r"is registered already"):
            writing.register_key(town, SigningKey("it", OWNER.seed), CONTROL)

    def test_who_has_no_registered_key_records_nothing(self, town: Path) -> None:
        with pytest.raises(Refused, match=r"is not registered"):
            writing.record(town, [hours()], SigningKey("it", bytes(32)))

    def test_a_key_does_not_sign_for_another_function(self, town: Path) -> None:
        with pytest.raises(Refused, match=r"belongs to controlling, not to organisation"):
            writing.record(town, [hours()], SigningKey("organisation", CONTROL.seed))


class TestTheWayForward:
    def test_money_is_proven_executed_and_audited(self, town: Path) -> None:
        (row,) = recorded(town, euros())
        for key, status in ((CONTROL, "proven"), (TREASURY, "executed"), (AUDIT, "audited")):
            ((_, becomes),) = writing.approve(town, [row[:6]], key)
            assert becomes == status == book_of(town).rows[row].status
        with pytest.raises(Refused, match=r"is audited and cannot become audited; .* nothing comes after"):
            writing.approve(town, [row], AUDIT)

    def test_hours_leave_no_budget_so_they_are_audited_once_proven(self, town: Path) -> None:
        (row,) = recorded(town, hours())
        writing.approve(town, [row], CONTROL)
        with pytest.raises(Refused, match=r"is proven and cannot become executed; the next is audited"):
            writing.approve(town, [row], TREASURY, LedgerStatus.EXECUTED)
        writing.approve(town, [row], AUDIT)
        assert book_of(town).rows[row].status == "audited"

    @pytest.mark.parametrize("status", ["planned", "expected", "measured", "executed", "audited"])
    def test_no_step_is_left_out_and_none_goes_back(self, town: Path, status: str) -> None:
        (row,) = recorded(town, euros())
        with pytest.raises(Refused, match=f"is measured and cannot become {status}; the next is proven"):
            writing.approve(town, [row], CONTROL, LedgerStatus(status))

    def test_an_expectation_becomes_measured_by_its_figure_only(self, town: Path) -> None:
        (row,) = recorded(town, hours(status="planned"))
        writing.approve(town, [row], CONTROL)
        with pytest.raises(Refused, match=r"is expected and cannot become measured; .*figure must be recorded first"):
            writing.approve(town, [row], CONTROL, LedgerStatus.MEASURED)
        (measured,) = recorded(town, hours("7"))
        book = book_of(town)
        assert (book.rows[row].stands, book.rows[measured].status) == (False, "measured")
        assert (book.rows[measured].supersedes_id, book.rows[measured].reason) == (row, "measured")

    def test_who_recorded_does_not_approve_by_function_or_by_key(self, town: Path) -> None:
        (row,) = recorded(town, euros())
        second = SigningKey("organisation", bytes(32))
        writing.register_key(town, second, CONTROL)
        for key in (OWNER, second):
            with pytest.raises(Refused, match=r"organisation recorded row .*; another function approves it with a key"):
                writing.approve(town, [row], key)

    def test_who_proved_does_not_audit(self, town: Path) -> None:
        (row,) = recorded(town, hours())
        writing.approve(town, [row], CONTROL)
        with pytest.raises(Refused, match=r"controlling approved row .* before; another function audits it"):
            writing.approve(town, [row], CONTROL, LedgerStatus.AUDITED)

    def test_assumptions_prove_nothing(self, town: Path) -> None:
        (row,) = recorded(town, hours(evidence_grade="C"))
        with pytest.raises(Refused, match=r"rests on assumptions"):
            writing.approve(town, [row], CONTROL)

    def test_a_key_that_the_recorder_let_in_does_not_approve(self, town: Path) -> None:
        """One person with one key could let in a second one under another function's name."""
        (row,) = recorded(town, hours())
        straw, other = SigningKey("it", bytes([7] * 32)), SigningKey("treasury", bytes([8] * 32))
        writing.register_key(town, straw, OWNER, at=AT)
        writing.register_key(town, other, CONTROL, at=AT)
        with pytest.raises(Refused, match="let in by the same key"):
            writing.approve(town, [row], straw)
        assert writing.approve(town, [row], other)[0][1] == "proven"

    def test_only_grade_a_is_audited(self, town: Path) -> None:
        (row,) = recorded(town, hours(evidence_grade="B"))
        writing.approve(town, [row], CONTROL)
        with pytest.raises(Refused, match="has grade B; only grade A is executed or audited"):
            writing.approve(town, [row], AUDIT, LedgerStatus.AUDITED)

    def test_all_rows_are_approved_or_none(self, town: Path) -> None:
        one, other = recorded(town, euros(), hours(evidence_grade="C"))
        with pytest.raises(Refused):
            writing.approve(town, [one, other], CONTROL)
        assert book_of(town).rows[one].status == "measured"

    def test_a_row_that_is_named_twice_moves_once(self, town: Path) -> None:
        (row,) = recorded(town, euros())
        assert len(writing.approve(town, [row, row[:7]], CONTROL)) == 1
        assert book_of(town).rows[row].status == "proven"

    def test_a_superseded_row_is_approved_no_more(self, town: Path) -> None:
        (row,) = recorded(town, euros())
        recorded(town, euros("90"), supersede_because=CorrectionReason.LATE_DATA)
        with pytest.raises(Refused, match=r"was superseded"):
            writing.approve(town, [row], CONTROL)

    @pytest.mark.parametrize("ledger_id", ["", "zz"])
    def test_a_row_nobody_knows_is_a_sentence(self, town: Path, ledger_id: str) -> None:
        with pytest.raises(Refused, match=r"There is no row"):
            writing.approve(town, [ledger_id], CONTROL)


class TestNothingTwice:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (hours(), hours("3", measure="n")),
            (hours(), hours("3", place=2)),
            (euros(), euros("3", measure="n")),
            (euros(), euros("3", measure="n", month=FEBRUARY)),
            (euros(), euros("3", measure="n", line="K")),
        ],
        ids=[
            "minutes of another measure",
            "minutes of another place",
            "a booking",
            "in another month",
            "of another line",
        ],
    )
    def test_a_minute_or_a_euro(self, town: Path, one: object, other: object) -> None:
        recorded(town, one)
        before = chain.head(town)
        with pytest.raises(Refused, match=r"is claimed already|would be recorded"):
            recorded(town, other)
        assert chain.head(town) == before
        # Who writes past the rules is found when the ledger is verified.
        forced(town, "claim", other.facts(), OWNER)  # type: ignore[attr-defined]
        (fault,) = looking.faults(town)
        assert "line 6: " in fault
        assert "is claimed already" in fault

    def test_another_measure_claims_its_own_place_and_a_booking_is_taken_back(self, town: Path) -> None:
        recorded(town, hours(), hours("3", measure="n", place=2), hours(month=FEBRUARY), hours(service="t"))
        recorded(town, euros(), euros("-100", booking="B2"), euros(month=FEBRUARY, booking="B3"))
        assert len(list(book_of(town).standing())) == 7

    def test_an_unchanged_figure_is_not_recorded_again(self, town: Path) -> None:
        (row,) = recorded(town, hours())
        head = chain.head(town)
        again = writing.record(town, [hours(evidence_ref="a newer generation")], OWNER)
        assert (again.new, again.corrected, again.already) == ([], [], [row])
        assert chain.head(town) == head

    def test_a_changed_one_needs_a_reason_and_supersedes(self, town: Path) -> None:
        (row,) = recorded(town, hours())
        with pytest.raises(
            Refused, match=r"m, s, 2026-01: 10.0000 hours stand as row .*, and 9.5000 would be recorded"
        ):
            recorded(town, hours("9.5"))
        (newer,) = recorded(town, hours("9.5"), supersede_because=CorrectionReason.LATE_DATA)
        book = book_of(town)
        assert [one.ledger_id for one in book.standing()] == [newer]
        assert (book.rows[newer].supersedes_id, book.rows[newer].reason) == (row, "late_data")

    def test_a_row_of_another_measure_is_not_superseded(self, town: Path) -> None:
        recorded(town, hours())
        with pytest.raises(Refused, match=r"nobody claims it twice"):
            recorded(town, hours("9", measure="n"), supersede_because=CorrectionReason.CORRECTION)

    def test_the_first_booking_takes_the_place_of_its_plan(self, town: Path) -> None:
        plan = euros("80", booking="planned", status="planned", evidence_grade="C")
        (planned,) = recorded(town, plan)
        first, second = recorded(town, euros("50"), euros("30", booking="B2"))
        book = book_of(town)
        assert (book.rows[first].supersedes_id, book.rows[second].supersedes_id) == (planned, None) or (
            book.rows[second].supersedes_id, book.rows[first].supersedes_id,
        ) == (planned, None)  # fmt: skip
        assert sum(row.claim.net for row in book.standing()) == 80

    def test_a_plan_comes_too_late_for_what_is_measured(self, town: Path) -> None:
        recorded(town, hours())
        with pytest.raises(Refused, match=r"a plan comes too late"):
            recorded(town, hours("20", status="planned"))

    def test_more_than_the_service_saved_is_refused_and_nothing_of_it_written(self, town: Path) -> None:
        limits = {("s", JANUARY, "capacity_released"): Decimal("7")}
        head = chain.head(town)
        # Measure n lost three hours there: who claims what m won claims that too.
        with pytest.raises(Refused, match=r"s, 2026-01: 10.0000 of capacity_released would be claimed.* says 7"):
            recorded(town, hours(), limits=limits)
        assert chain.head(town) == head
        assert len(recorded(town, hours(), hours("-3", measure="n", place=2), limits=limits)) == 2

    def test_what_is_withdrawn_claims_nothing_and_keeps_its_history(self, town: Path) -> None:
        (row,) = recorded(town, euros())
        nothing = writing.withdraw(town, row[:5], OWNER)
        book = book_of(town)
        assert [(one.ledger_id, one.claim.net) for one in book.standing()] == [(nothing, 0)]
        assert (book.rows[row].claim.net, book.rows[nothing].reason) == (100, "withdrawn")

    @SHARED
    @given(data=st.data())
    def test_whatever_is_tried_each_is_claimed_once(
        self, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
    ) -> None:
        town = registered(tmp_path_factory.mktemp("town"))
        few, months = st.sampled_from("mn"), st.sampled_from([JANUARY, FEBRUARY])
        claims = st.one_of(
            st.builds(
                hours, st.sampled_from(["1", "2"]), measure=few, service=st.sampled_from("st"), month=months,
                place=st.integers(1, 2), status=st.sampled_from(["planned", "measured"]),
            ),
            st.builds(
                euros, st.sampled_from(["1", "2", "-1"]), measure=few, month=months, line=st.sampled_from("KL"),
                booking=st.sampled_from(["B1", "B2"]),
            ),
        )  # fmt: skip
        for claim in data.draw(st.lists(claims, max_size=12)):
            try:
                recorded(town, claim, supersede_because=data.draw(st.sampled_from([None, CorrectionReason.FORMULA])))
            except Refused:
                continue
        standing = [row.claim for row in book_of(town).standing()]
        assert len({claim.claim_key for claim in standing}) == len(standing)
        measured = [claim for claim in standing if claim.status == "measured"]
        minutes = [(c.measure_id, c.service_code, c.month) for c in measured if c.unit == "hours"]
        bookings = [(c.resource.split("/")[2], c.net < 0) for c in measured if c.unit == "eur"]
        assert len(set(minutes)) == len(minutes)
        assert len(set(bookings)) == len(bookings)


class TestWhoeverWritesPastIt:
    @pytest.fixture
    def full(self, town: Path) -> Path:
        """Keys, a plan, two claims, a baseline, an approval and a correction: ten entries."""
        recorded(town, hours("20", status="planned"), euros())
        chain.append(town, "baseline", {"baseline_id": "b"}, at=AT)
        recorded(town, hours())
        (row,) = [row.ledger_id for row in book_of(town).standing() if row.claim.unit == "eur"]
        writing.approve(town, [row], CONTROL, at=AT)
        recorded(town, euros(booking="B2"))
        return town

    def test_as_it_is_it_is_right(self, full: Path) -> None:
        assert looking.faults(full, [chain.head(full) or ""]) == []

    @pytest.mark.parametrize("place", range(10))
    def test_a_row_rewritten_and_the_rest_rehashed(self, full: Path, place: int) -> None:
        head, rows = chain.head(full) or "", rows_of(full)
        assert len(rows) == 10
        name = {
            "claim": "gross",
            "correction": "gross",
            "approval": "status",
            "key": "function",
            "baseline": "baseline_id",
        }
        rows[place]["facts"][name[rows[place]["kind"]]] = {"approval": "executed", "key": "it"}.get(
            rows[place]["kind"], "1"
        )
        rehash(full, rows)
        # Every hash is right again; the signatures of it and of all that follows are not, nor is the head known.
        assert [entry.number for entry in chain.entries(full)] == list(range(1, 11))
        assert looking.faults(full) != []
        assert any("does not hold entry" in fault for fault in looking.faults(full, [head]))

    @SHARED
    @given(data=st.data())
    def test_rows_reordered_doubled_or_left_out_and_rehashed(self, full: Path, data: st.DataObject) -> None:
        rows, content, head = rows_of(full), chain.place(full).read_bytes(), chain.head(full) or ""
        noted = heads.place(full).read_text(encoding="ascii")
        order = data.draw(st.lists(st.integers(0, 9), max_size=12))
        rehash(full, [rows[place] for place in order])
        try:
            # What is only cut off is right in itself: who knows the head finds it all the same.
            assert (looking.faults(full) == []) == (order == list(range(10)))
            heads.place(full).unlink()
            assert (looking.faults(full, [head]) == []) == (order == list(range(10)))
            assert (looking.faults(full) == []) or order != list(range(len(order)))
        finally:
            chain.place(full).write_bytes(content)
            heads.place(full).write_text(noted, encoding="ascii")

    @pytest.mark.parametrize("left", range(10))
    def test_a_tail_that_is_cut_off(self, full: Path, left: int) -> None:
        head = chain.head(full) or ""
        lines = chain.place(full).read_bytes().splitlines(keepends=True)
        chain.place(full).write_bytes(b"".join(lines[:left]))
        (seen,) = looking.faults(full)
        heads.place(full).unlink()
        assert looking.faults(full) == []
        (fault,) = looking.faults(full, [head])
        assert seen == fault
        assert fault.endswith(f"does not hold entry {head[:12]}, which it held once; its end is missing or it was "
                              "rewritten, restore ledger/ from the backup; where that is older, docs/operations.md says "
                              "how to go on.")  # fmt: skip

    def test_a_whole_ledger_that_is_gone(self, full: Path) -> None:
        head = chain.head(full) or ""
        chain.place(full).unlink()
        assert len(looking.faults(full, [head])) == 1

    @pytest.mark.parametrize(
        ("facts", "fault"),
        [
            ({"net": "11.0000"}, "its net is not gross less cost"),
            ({"low": "101.0000"}, "its lower bound lies above the upper one"),
            ({"valid_until": None}, "only a recurring saving has a last day"),
            ({"unit": "eur"}, "working time is told in hours"),
            ({"claim_key": "s|o|2026-01|minutes/9|capacity_released"}, "its key is not that of its service"),
            ({"status": "audited"}, "is recorded as planned or measured, and audited needs an approval"),
            ({"month": "2026-01-02"}, "its month is no first of a month"),
            ({"gross": "1e5000"}, "does not say all that one says"),
            ({"who": "somebody"}, "does not say all that one says"),
            ({"measure_id": None}, "does not say all that one says"),
        ],
    )
    def test_a_claim_that_contradicts_itself(self, town: Path, facts: dict[str, object], fault: str) -> None:
        forced(town, "claim", {**hours().facts(), **facts}, OWNER)
        (found,) = looking.faults(town)
        assert fault in found

    def test_parts_that_do_not_add_up(self, town: Path) -> None:
        part = {"service_code": "s", "effect": "channel", "value": "9.0000", "unit": "hours"}
        forced(town, "claim", {**hours().facts(), "components": [part]}, OWNER)
        (found,) = looking.faults(town)
        assert "its components do not add up to it" in found

    @pytest.mark.parametrize("kind", ["claim", "approval", "correction", "key"])
    def test_an_entry_that_says_nothing(self, town: Path, kind: str) -> None:
        forced(town, kind, {}, OWNER)
        assert "line 5: " in looking.faults(town)[0]

    def test_an_approval_by_who_recorded_it(self, town: Path) -> None:
        (row,) = recorded(town, euros())
        forced(town, "approval", {"ledger_id": row, "status": "proven"}, OWNER)
        assert "organisation recorded row" in looking.faults(town)[0]

    def test_a_correction_without_a_reason_or_of_another_month(self, town: Path) -> None:
        (row,) = recorded(town, hours())
        forced(town, "correction", {**hours("9").facts(), "supersedes_id": row, "reason": "weil Petra es will"}, OWNER)
        forced(town, "correction", {**hours(month=FEBRUARY).facts(), "supersedes_id": row, "reason": "formula"}, OWNER)
        faults = looking.faults(town)
        assert ["a correction needs a reason" in faults[0], "another measure, month or effect" in faults[1]] == [
            True,
            True,
        ]

    def test_nothing_is_recorded_in_a_ledger_that_holds_such_an_entry(self, town: Path) -> None:
        forced(town, "claim", {**hours().facts(), "net": "11.0000"}, OWNER)
        with pytest.raises(chain.BrokenLedger, match=r"line 5: the claim contradicts itself"):
            recorded(town, euros())


class TestTime:
    def test_what_nobody_shows_again_expires(self, town: Path) -> None:
        rows = recorded(town, hours(month=JANUARY), hours(month=dt.date(2026, 6, 1)), euros(), hours(service="t"))
        january, june, once, other = (book_of(town).rows[row] for row in rows)
        assert (january.claim.valid_until, once.claim.valid_until) == (dt.date(2027, 1, 31), None)
        every = (january, june, once, other)
        # June shows what January saved; of service t nobody does.
        assert looking.expired(every, dt.date(2027, 1, 31)) == set()
        assert looking.expired(every, dt.date(2027, 2, 1)) == {other.ledger_id}
        assert looking.expired(every, dt.date(2027, 7, 1)) == {june.ledger_id, other.ledger_id}

    def test_a_ledger_as_known_on_a_past_day_of_the_town(self, tmp_path: Path) -> None:
        import zoneinfo

        writing.register_key(tmp_path, OWNER, at=dt.datetime(2026, 3, 28, 12))
        # Half past eleven at night in UTC is the next day in Berlin.
        writing.record(tmp_path, [hours()], OWNER, at=dt.datetime(2026, 3, 31, 22, 30))
        entries, zone = chain.entries(tmp_path), zoneinfo.ZoneInfo("Europe/Berlin")
        known = {day: len(looking.known_on(entries, dt.date(2026, 3, day), zone)) for day in (27, 28, 31)}
        assert known == {27: 0, 28: 1, 31: 1}
        assert len(looking.known_on(entries, dt.date(2026, 4, 1), zone)) == 2

    def test_frames_tell_the_newest_status_and_keep_what_was_superseded(self, town: Path) -> None:
        (row,) = recorded(town, euros())
        writing.approve(town, [row], CONTROL, at=AT + dt.timedelta(days=1))
        (newer,) = recorded(town, euros("90"), supersede_because=CorrectionReason.LATE_DATA)
        frame = looking.frames(chain.entries(town), dt.date(2026, 8, 1))["ledger_rows"]
        told = {one["ledger_id"]: one for one in frame.to_dicts()}
        assert (told[row]["status"], told[row]["reviewer_function"]) == ("proven", "controlling")
        assert (told[row]["superseded_by_id"], told[newer]["supersedes_id"]) == (newer, row)
        assert (told[newer]["status"], told[newer]["net"]) == ("measured", Decimal("90.0000"))
        assert (
            told[newer]["row_hash"]
            == hashlib.sha256(
                chain.canonical({name: value for name, value in _last_line(town).items() if name != "row_hash"})
            ).hexdigest()
        )


def _last_line(town: Path) -> dict[str, object]:
    import json

    return json.loads(chain.place(town).read_text(encoding="utf-8").splitlines()[-1])
