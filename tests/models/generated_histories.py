"""Histories of deliveries, generated from a seed, and what must stand of each in the end.

A history is what the systems of an invented town deliver over some days: versions out of order, corrections, dumps
that return, deletions, inventories.
``what_stands`` says in plain Python what docs/sources.md says in words; the models say it in SQL.
"""

import datetime as dt
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

Row = dict[str, Any]
START = dt.datetime(2026, 1, 5, 6)
DAYS = 5
NEVER = dt.datetime.min

KEYS: dict[str, tuple[str, ...]] = {
    "cases": ("case_id",),
    "submissions": ("submission_id",),
    "documents": ("document_id",),
    "scans": ("batch_id", "document_id"),
    "scan_batches": ("batch_id",),
    "scan_qc": ("batch_id",),
    "counts": ("counted_on", "unit_code", "kind", "product", "count_ref", "part_id"),
    "costs": ("cost_item_id", "month", "booking_ref", "part_id"),
    "budget_lines": ("budget_line_id", "year", "product", "account", "part_id"),
    "posts": ("post_id", "part_id"),
}


@dataclass(frozen=True)
class Delivery:
    """One delivery as a system meant it: whole, once, in its own order.

    Attributes:
        carried: what event rows say of their cases.
        may_be_split: a dump or an inventory is one thing; other deliveries are not.
    """

    source: str
    kind: str
    stand: dt.datetime
    rows: tuple[Row, ...]
    mode: str = "increment"
    carried: tuple[Row, ...] = field(default=())

    @property
    def may_be_split(self) -> bool:
        """Whether parts of it say the same as the whole."""
        return self.mode in ("increment", "deletions")


def generated_history(seed: int) -> list[Delivery]:
    """All deliveries of the systems, in the order of their stands."""
    chance = random.Random(seed)
    stands = [START + dt.timedelta(days=day) for day in range(DAYS)]
    systems = (
        _portal, _log, _register, _forms, _letters, _scans, _batches, _samples, _counts, _costs, _budget, _posts, _lists,
    )  # fmt: skip
    return [delivery for stand in stands for system in systems for delivery in system(chance, stand)]


def what_stands(history: Sequence[Delivery]) -> list[Delivery]:
    """One clean delivery per source and kind with what stands: the rules, said a second time and without SQL."""
    last_dump = {one.source: one.stand for one in history if one.mode == "dump"}
    kept = [
        one
        for one in history
        if one.mode in ("increment", "dump") and last_dump.get(one.source, one.stand) == one.stand
    ]
    is_gone = _removals(history)
    clean: dict[tuple[str, str], Delivery] = {}
    for source, kind in dict.fromkeys((one.source, one.kind) for one in kept):
        mine = [one for one in kept if (one.source, one.kind) == (source, kind)]
        best: dict[Any, tuple[Any, Row]] = {}
        carried: dict[str, Row] = {}
        for one in mine:
            for row in one.rows:
                if is_gone(source, one.stand, row):
                    continue
                weight = (row.get("version") or -1, row.get("changed_at") or NEVER, one.stand)
                key = identity(kind, row)
                if key not in best or weight > best[key][0]:
                    best[key] = (weight, row)
            carried |= {row["case_id"]: row for row in one.carried if not is_gone(source, one.stand, row)}
        rows = tuple(row for _, row in best.values())
        if rows or carried:
            clean[source, kind] = Delivery(source, kind, START, rows, carried=tuple(carried.values()))
    return list(clean.values())


def identity(kind: str, row: Row) -> Any:
    """By what a record is known again in its source."""
    if kind == "events":
        return row.get("record_id") or tuple(sorted((name, str(value)) for name, value in row.items()))
    return tuple(row.get(name) for name in KEYS[kind])


def _removals(history: Iterable[Delivery]) -> Callable[[str, dt.datetime, Row], bool]:
    deleted: list[tuple[str, str, str, dt.datetime]] = []
    inventories: dict[str, tuple[dt.datetime, str, set[str]]] = {}
    for one in history:
        if one.kind != "removals":
            continue
        named = [(row["of_source"], *_named(row)) for row in one.rows]
        if one.mode == "deletions":
            until = [max(one.stand, row.get("removed_at", one.stand)) for row in one.rows]
            deleted += [(*name, at) for name, at in zip(named, until, strict=True)]
        else:
            source, column, _ = named[0]
            inventories[source] = (one.stand, column, {reference for _, _, reference in named})

    def is_gone(source: str, stand: dt.datetime, row: Row) -> bool:
        if any(source == of and row.get(column) == reference and stand <= at for of, column, reference, at in deleted):
            return True
        listed = inventories.get(source)
        if listed is None or row.get(listed[1]) is None:
            return False
        return stand <= listed[0] and row[listed[1]] not in listed[2]

    return is_gone


def _named(row: Row) -> tuple[str, str]:
    return next((name, row[name]) for name in ("record_id", "document_id", "submission_id", "case_id") if row.get(name))


def _some(chance: random.Random, what: Sequence[Any]) -> list[Any]:
    return chance.sample(what, chance.randint(0, len(what)))


def _case(chance: random.Random) -> str:
    return f"case-{chance.randint(1, 6)}"


def _portal(chance: random.Random, stand: dt.datetime) -> Iterable[Delivery]:
    """Events without a number of their own, some delivered again on later days; each carries what is known of its case."""
    numbers = _some(chance, range(12))
    rows = tuple(
        {
            "case_id": f"case-{number % 6 + 1}",
            "activity": f"step {number}",
            "occurred_at": START + dt.timedelta(hours=number),
        }
        for number in numbers
    )
    cases = dict.fromkeys(row["case_id"] for row in rows)
    carried = tuple(
        {"case_id": case, "service_code": f"service of {case}", "intake_channel": "online"} for case in cases
    )
    yield Delivery("portal", "events", stand, rows, carried=carried)


def _log(chance: random.Random, stand: dt.datetime) -> Iterable[Delivery]:
    """Events with a number and a version: corrected, and delivered out of order."""
    rows = tuple(
        {
            "case_id": _case(chance),
            "activity": chance.choice(("check", "decide")),
            "occurred_at": START + dt.timedelta(minutes=chance.randint(0, 10**6)),
            "record_id": f"event-{number}",
            "version": chance.randint(1, 9),
            "medium": chance.choice(("paper", "digital", None)),
        }
        for number in _some(chance, range(8))
    )
    yield Delivery("log", "events", stand, rows)


def _register(chance: random.Random, stand: dt.datetime) -> Iterable[Delivery]:
    """Case records: re-opened, merged, changed without a version or with one."""
    rows = tuple(
        {
            "case_id": f"case-{number}",
            "received_at": START - dt.timedelta(days=chance.randint(1, 30)),
            "closed_at": chance.choice((None, START + dt.timedelta(days=chance.randint(0, 9)))),
            "merged_into_id": chance.choice((None, None, None, _case(chance))),
            "version": chance.choice((None, chance.randint(1, 4))),
            "changed_at": chance.choice((None, START + dt.timedelta(hours=chance.randint(0, 99)))),
        }
        for number in _some(chance, range(1, 7))
    )
    yield Delivery("register", "cases", stand, rows)


def _forms(chance: random.Random, stand: dt.datetime) -> Iterable[Delivery]:
    """Forms that are also deleted: of a deleted newest version an older one, delivered again later, stands."""
    rows = tuple(
        {
            "submission_id": f"form-{number}",
            "case_id": chance.choice((None, _case(chance))),
            "started_at": stand,
            "version": chance.choice((None, chance.randint(1, 4))),
        }
        for number in _some(chance, range(5))
    )
    yield Delivery("forms", "submissions", stand, rows)


def _letters(chance: random.Random, stand: dt.datetime) -> Iterable[Delivery]:
    rows = tuple(
        {
            "document_id": f"letter-{number}",
            "case_id": _case(chance),
            "direction": "out",
            "occurred_at": START,
            "pages": chance.randint(1, 9),
        }
        for number in _some(chance, range(6))
    )
    yield Delivery("letters", "documents", stand, rows)


def _scans(chance: random.Random, stand: dt.datetime) -> Iterable[Delivery]:
    rows = tuple(
        {
            "document_id": f"scan-{number}",
            "case_id": _case(chance),
            "scanned_at": START,
            "pages": chance.randint(1, 9),
            "changed_at": START + dt.timedelta(hours=chance.randint(0, 99)),
        }
        for number in _some(chance, range(6))
    )
    yield Delivery("scans", "scans", stand, rows)


def _batches(chance: random.Random, stand: dt.datetime) -> Iterable[Delivery]:
    rows = tuple({"batch_id": f"batch-{n}", "pages": chance.randint(1, 99)} for n in _some(chance, range(4)))
    yield Delivery("batches", "scan_batches", stand, rows)


def _samples(chance: random.Random, stand: dt.datetime) -> Iterable[Delivery]:
    rows = tuple({"batch_id": f"batch-{n}", "sampled": chance.randint(1, 9)} for n in _some(chance, range(4)))
    yield Delivery("samples", "scan_qc", stand, rows)


def _counts(chance: random.Random, stand: dt.datetime) -> Iterable[Delivery]:
    """Two sources that count the same cells."""
    for source in ("printers", "mailroom"):
        rows = tuple(
            {
                "counted_on": START.date() + dt.timedelta(days=cell % 2),
                "unit_code": chance.choice((None, "unit")) if cell > 3 else "unit",
                "kind": kind,
                "product": None,
                "count_ref": chance.choice((None, None, "a small unit")),
                "value": chance.choice((None, chance.randint(0, 99))),
            }
            for cell, kind in enumerate(("printed_pages", "printed_sheets", "post_items", "shelf_metres", "files"))
        )
        yield Delivery(source, "counts", stand, tuple(_some(chance, rows)))


def _costs(chance: random.Random, stand: dt.datetime) -> Iterable[Delivery]:
    rows = tuple(
        {
            "cost_item_id": f"item-{number}",
            "measure_id": "m",
            "month": START.date().replace(day=1),
            "kind": "running",
            "actual_eur": chance.choice((None, chance.randint(1, 999))),
        }
        for number in _some(chance, range(4))
    )
    yield Delivery("finance", "costs", stand, rows)


def _budget(chance: random.Random, stand: dt.datetime) -> Iterable[Delivery]:
    """Dumps: what the newest one lacks is gone, and it may return to what an older one said."""
    rows = tuple(
        {"budget_line_id": f"line-{n}", "year": 2026, "appropriation_eur": chance.choice((100, 200))}
        for n in _some(chance, range(4))
    )
    yield Delivery("budget", "budget_lines", stand, rows, mode="dump")


def _posts(chance: random.Random, stand: dt.datetime) -> Iterable[Delivery]:
    rows = tuple({"post_id": f"post-{n}", "fte": chance.choice((0.5, 1))} for n in _some(chance, range(3)))
    yield Delivery("posts", "posts", stand, rows)


def _lists(chance: random.Random, stand: dt.datetime) -> Iterable[Delivery]:
    """Cases of the portal and forms that were deleted, and at times all the letters there are.

    A list speaks of the moment its file was written: that of a delivery, or some hours after it. The deletions lie days
    before, or are announced.
    """
    gone = tuple({"of_source": "portal", "case_id": _case(chance)} for _ in range(chance.randint(0, 1)))
    forms = tuple(
        {
            "of_source": "forms",
            "submission_id": f"form-{number}",
            "removed_at": stand + dt.timedelta(days=chance.choice((-9, -1, -1, 1))),
        }
        for number in range(chance.randint(0, 2))
    )
    written = stand + dt.timedelta(hours=chance.choice((0, 6)))
    yield Delivery("deleted", "removals", written, gone + forms, mode="deletions")
    if chance.random() < 0.4:
        letters = tuple({"of_source": "letters", "document_id": f"letter-{n}"} for n in _some(chance, range(6)))
        if letters:
            yield Delivery("letters", "removals", stand, letters, mode="inventory")


def delivered(history: Sequence[Delivery], chance: random.Random) -> list[Delivery]:
    """The same history as it may come: in parts, some of them twice, in any order."""
    parts: list[Delivery] = []
    for one in history:
        rows = chance.sample(one.rows, len(one.rows))
        pieces = chance.randint(1, 3) if one.may_be_split else 1
        for piece in range(pieces):
            some = tuple(rows[piece::pieces])
            cases = {row.get("case_id") for row in some}
            part = replace(one, rows=some, carried=tuple(row for row in one.carried if row["case_id"] in cases))
            parts += [part] * chance.choice((1, 1, 1, 2))
    return chance.sample(parts, len(parts))
