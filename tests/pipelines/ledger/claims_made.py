"""Claims, keys and ledgers for tests: a town hall with four functions, and hands that write into the file directly."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipelines.ledger import chain, writing
from pipelines.ledger.claim import Claim, claim_of
from pipelines.ledger.signatures import SigningKey, message_of

OWNER, CONTROL, TREASURY, AUDIT = (
    SigningKey(function, hashlib.sha256(function.encode()).digest())
    for function in ("organisation", "controlling", "treasury", "audit")
)
AT = dt.datetime(2026, 7, 1, 8)
JANUARY = dt.date(2026, 1, 1)


def registered(town: Path) -> Path:
    """A town whose four functions have keys."""
    writing.register_key(town, OWNER, at=AT)
    writing.register_key(town, CONTROL, at=AT)
    writing.register_key(town, TREASURY, CONTROL, at=AT)
    writing.register_key(town, AUDIT, CONTROL, at=AT)
    return town


def hours(
    gross: str = "10", *, measure: str = "m", service: str = "s", month: dt.date = JANUARY, place: int = 1, **more: Any
) -> Claim:
    """Hours of a measure and service."""
    return claim_of(
        {
            "measure_id": measure, "service_code": service, "office_code": "o", "month": month,
            "resource": f"minutes/{place}", "effect_class": "capacity_released", "unit": "hours", "gross": gross,
            "cost": "0", "low": "-100", "high": "100", "is_recurring": True, "evidence_grade": "A",
            "evidence_ref": "generation:hash", "status": "measured", **more,
        }
    )  # fmt: skip


def euros(
    gross: str = "100",
    *,
    measure: str = "m",
    month: dt.date = JANUARY,
    line: str = "L",
    booking: str = "B1",
    **more: Any,
) -> Claim:
    """A booking of a measure."""
    return claim_of(
        {
            "measure_id": measure, "service_code": "all", "office_code": "all", "month": month,
            "resource": f"euro/{line}/{booking}", "effect_class": "cash_released", "unit": "eur", "gross": gross,
            "cost": "0", "low": gross, "high": gross, "is_recurring": False, "evidence_grade": "A",
            "evidence_ref": f"{booking}@generation:hash", "status": "measured", **more,
        }
    )  # fmt: skip


def forced(town: Path, kind: str, facts: Mapping[str, Any], key: SigningKey) -> chain.Entry:
    """An entry that somebody who has a key wrote past all rules: hashes and signature are right."""
    with chain.appending(town, at=AT) as draft:
        said = {**facts, "function": key.function, "key_id": key.key_id}
        return draft.add(kind, {**said, "signature": key.sign(message_of(kind, said, draft.head))})


def rows_of(town: Path) -> list[dict[str, Any]]:
    """The lines of a ledger, without their hashes."""
    lines = chain.place(town).read_text(encoding="utf-8").splitlines()
    return [{name: value for name, value in json.loads(line).items() if "hash" not in name} for line in lines]


def rehash(town: Path, rows: list[dict[str, Any]]) -> None:
    """Write these rows as a ledger whose hashes are all right."""
    previous, written = "", b""
    for row in rows:
        body = {**row, "previous_hash": previous}
        previous = hashlib.sha256(chain.canonical(body)).hexdigest()
        written += chain.canonical({**body, "row_hash": previous}) + b"\n"
    chain.place(town).write_bytes(written)
