"""Looking into the ledger: its rows as frames for the models, as known on a day, expired or not, and its faults."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.ledger import chain, heads
from pipelines.ledger.book import read
from pipelines.ledger.row import Row, ledger_id_of
from pipelines.ledger.writing import Scope, scope_of
from sources.contract.inputs import INPUTS


def frames(entries: Iterable[chain.Entry], as_of: dt.date) -> dict[str, pl.DataFrame]:
    """The inputs ``ledger_rows`` and ``ledger_components``; empty without a ledger.

    Args:
        entries: the ledger's, all of which may stand.
        as_of: the day on which a recurring saving is expired or not.
    """
    book, _ = read(entries)
    gone = expired(book.rows.values(), as_of)
    rows = [_row(row, gone) for row in book.rows.values()]
    parts = [
        {"ledger_id": row.ledger_id, "component_number": number, **part.model_dump()}
        for row in book.rows.values()
        for number, part in enumerate(row.claim.components, start=1)
    ]
    return {
        "ledger_rows": pl.DataFrame(rows, schema=INPUTS["ledger_rows"]),
        "ledger_components": pl.DataFrame(parts, schema=INPUTS["ledger_components"]),
    }


def expired(rows: Iterable[Row], day: dt.date) -> set[str]:
    """Ids of rows that stand whose saving recurs, and that nobody showed again until its last day, which is over."""
    standing = [row for row in rows if row.stands]
    months: dict[tuple[str, ...], set[dt.date]] = defaultdict(set)
    for row in standing:
        months[_series(row)].add(row.claim.month)
    return {
        row.ledger_id
        for row in standing
        if (last := row.claim.valid_until)
        and last < day
        and not any(row.claim.month < month <= last for month in months[_series(row)])
    }


def known_on(entries: Sequence[chain.Entry], day: dt.date, zone: zoneinfo.ZoneInfo) -> list[chain.Entry]:
    """The entries that stood at the end of a day of the town's zone."""
    return [entry for entry in entries if entry.recorded_at.replace(tzinfo=dt.UTC).astimezone(zone).date() <= day]


def faults(town_folder: Path, known_heads: Collection[str] = ()) -> list[str]:
    """One sentence per fault of the ledger: of its file, of entries that may not stand, and where its end was cut off.

    Args:
        town_folder: the town's folder.
        known_heads: heads that it once had, or their first digits, as a generation or a person wrote them down.
    """
    path = chain.place(town_folder)
    # Before the entries: what is appended meanwhile is no end that is missing.
    noted = heads.known(town_folder)
    try:
        entries = chain.entries(town_folder)
    except chain.BrokenLedger as broken:
        return [str(broken)]
    _, wrong = read(entries)
    # Of an end that is missing its last entry is told: those before it went with it.
    cut = chain.missing_heads(entries, noted)[-1:]
    missing = chain.missing_heads(entries, [*cut, *sorted(known_heads)])
    return [
        *(f"{path}: {why}; the ledger was altered, {chain.WAY_OUT}." for why in wrong),
        *(chain.lost(path, head) for head in missing),
    ]


def beyond(entries: Iterable[chain.Entry], limits: Mapping[Scope, Decimal]) -> list[str]:
    """One sentence per service, month and class of which more stands than the generation shows by now."""
    book, _ = read(entries)
    claimed: dict[Scope, Decimal] = defaultdict(Decimal)
    for row in book.standing():
        if not row.claim.is_planned:
            claimed[scope_of(row.claim)] += row.claim.net
    return [
        f"{service}, {month:%Y-%m}: {claimed[service, month, effect_class]:f} of {effect_class} stand and the "
        f"generation shows {limit:f} by now; record the month again with --supersede."
        for (service, month, effect_class), limit in sorted(limits.items())
        if claimed[service, month, effect_class] > limit and claimed[service, month, effect_class] != 0
    ]


def _series(row: Row) -> tuple[str, ...]:
    """What a saving of another month must be of to show this one again."""
    line = "/".join(row.claim.resource.split("/")[:2]) if row.claim.unit == "eur" else ""
    return row.claim.measure_id, row.claim.service_code, row.claim.effect_class.value, line


def _row(row: Row, gone: Collection[str]) -> dict[str, Any]:
    newest = row.approvals[-1] if row.approvals else None
    after = row.superseded_by
    return {
        **row.claim.model_dump(exclude={"components"}),
        "ledger_id": row.ledger_id,
        "effect_class": row.claim.effect_class.value,
        "evidence_grade": row.claim.evidence_grade.value,
        "is_expired": row.ledger_id in gone,
        "status": row.status.value,
        "owner_function": row.function,
        "reviewer_function": newest.function if newest else None,
        "approved_at": newest.at if newest else None,
        "recorded_at": row.entry.recorded_at,
        "supersedes_id": row.supersedes_id,
        "reason": row.reason,
        "superseded_by_id": ledger_id_of(after) if after else None,
        "superseded_at": after.recorded_at if after else None,
        "row_hash": row.entry.row_hash,
        "previous_hash": row.entry.previous_hash,
    }
