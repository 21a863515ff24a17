"""How rows of the ledger are told on the command line."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

from rich.markup import escape
from rich.table import Table

from pipelines.commands.printing import printable, table
from pipelines.ledger.row import Row

NAMES = ["id", "measure", "service", "month", "effect", "net", "low", "high", "unit", "grade", "status", "by", "note"]
SHOWN_DIGITS = 8
CENT = Decimal("0.01")


def rows_table(rows: Sequence[Row], expired: Collection[str], title: str) -> Table:
    """Rows as a table; those whose id is among the expired are marked."""
    return table(NAMES, [_line(row, row.ledger_id in expired) for row in rows], title=escape(printable(title)))


def figure(row: Row) -> str:
    """What a row claims, in a few words."""
    claim = row.claim
    return f"{claim.measure_id}, {claim.service_code}, {claim.month:%Y-%m}, {_amount(claim.net)} {claim.unit}"


def _amount(value: Decimal) -> str:
    shown = value.quantize(CENT)
    return f"{shown if shown else abs(shown):,f}"


def _line(row: Row, is_expired: bool) -> tuple[object, ...]:
    claim = row.claim
    notes = (
        f"expired {claim.valid_until}" if is_expired else "",
        f"superseded {row.superseded_by.recorded_at:%Y-%m-%d}" if row.superseded_by else "",
        f"corrects {row.supersedes_id[:SHOWN_DIGITS]}: {row.reason}" if row.supersedes_id else "",
    )
    signed = [row.function, *(approval.function for approval in row.approvals)]
    return (
        row.ledger_id[:SHOWN_DIGITS], claim.measure_id, claim.service_code, f"{claim.month:%Y-%m}",
        claim.effect_class.value, *map(_amount, (claim.net, claim.low, claim.high)), claim.unit,
        claim.evidence_grade.value, row.status.value, " → ".join(signed), "; ".join(note for note in notes if note),
    )  # fmt: skip
