"""Writing into the ledger: keys, claims, corrections and approvals, each signed, judged and then appended."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

from pipelines.ledger import chain
from pipelines.ledger.book import Book, Refused, read
from pipelines.ledger.claim import Claim, key_of, plan_of
from pipelines.ledger.row import Row, ledger_id_of, next_status
from pipelines.ledger.signatures import SigningKey, message_of
from sources.contract.ledger_words import CorrectionReason, EffectClass, LedgerStatus

Scope: TypeAlias = tuple[str, dt.date, str]
"""Service, month and effect class: what of them may be claimed in sum."""


@dataclass
class Recorded:
    """What became of claims: ids of rows that are new, that took the place of another, and that stood already."""

    new: list[str] = field(default_factory=list)
    corrected: list[str] = field(default_factory=list)
    already: list[str] = field(default_factory=list)


@dataclass
class Desk:
    """A draft with the book it goes on from."""

    draft: chain.Draft
    book: Book

    def put(self, kind: str, facts: Mapping[str, Any], key: SigningKey, endorser: SigningKey | None = None) -> str:
        """Sign an entry, judge it and put it behind the others; returns the id it would have as a row.

        Raises:
            Refused: it may not stand.
        """
        said = {**facts, "function": key.function, "key_id": key.key_id}
        message = message_of(kind, said, self.draft.head)
        said["signature"] = key.sign(message)
        if endorser is not None:
            said["endorsement"] = endorser.sign(message)
        if why := self.book.refusal(kind, said, self.draft.head):
            raise Refused(f"The {kind} is refused: {why}.")
        entry = self.draft.add(kind, said)
        self.book.take(entry)
        return ledger_id_of(entry)


@contextmanager
def desk(town_folder: Path, at: dt.datetime | None = None) -> Iterator[Desk]:
    """A desk; what was put is written when the block ends well, all or nothing.

    Raises:
        BrokenLedger: what stands was altered, or holds an entry that may not stand.
        OSError: the disk did not take it.
    """
    with chain.appending(town_folder, at=at) as draft:
        book, faults = read(draft.entries)
        if faults:
            raise chain.BrokenLedger(f"{chain.place(town_folder)}: {faults[0]}; {chain.WAY_OUT}.")
        yield Desk(draft, book)


def register_key(
    town_folder: Path, key: SigningKey, endorser: SigningKey | None = None, at: dt.datetime | None = None
) -> None:
    """Register a public key. The first two need nobody, as there is nobody yet; each later one an endorser.

    Raises:
        Refused: it may not be registered.
        BrokenLedger, OSError: as ``desk``.
    """
    with desk(town_folder, at) as at_desk:
        facts = {"public_key": key.public_key, "endorsed_by": endorser.key_id if endorser else None}
        at_desk.put("key", facts, key, endorser)


def record(
    town_folder: Path,
    claims: Sequence[Claim],
    key: SigningKey,
    *,
    limits: Mapping[Scope, Decimal] | None = None,
    supersede_because: CorrectionReason | None = None,
    at: dt.datetime | None = None,
) -> Recorded:
    """Record claims, all or none; what stands unchanged stays, and a measured figure takes its plan's place.

    Args:
        town_folder: the town's folder.
        claims: what is claimed.
        key: of the function that answers for the measure.
        limits: what was saved in all by service, month and effect class; None where no generation says it (plans).
        supersede_because: why figures that changed replace those that stand; None refuses them.
        at: UTC without a zone; now when left out.

    Raises:
        Refused: one of them may not stand; nothing was written.
        BrokenLedger, OSError: as ``desk``.
    """
    recorded = Recorded()
    with desk(town_folder, at) as at_desk:
        for claim in claims:
            _record_one(at_desk, claim, key, supersede_because, recorded)
        if limits is not None:
            _refuse_too_much(at_desk.book, claims, limits)
    return recorded


def withdraw(town_folder: Path, ledger_id: str, key: SigningKey, at: dt.datetime | None = None) -> str:
    """Put a row of nothing in the place of one; returns its id.

    Raises:
        Refused: there is no such row, or it was superseded.
        BrokenLedger, OSError: as ``desk``.
    """
    with desk(town_folder, at) as at_desk:
        row = row_named(at_desk.book, ledger_id)
        nothing: dict[str, object] = dict.fromkeys(("gross", "cost", "net", "low", "high"), "0.0000")
        facts = {**row.claim.facts(), **nothing, "components": []}
        return at_desk.put(
            "correction", {**facts, "supersedes_id": row.ledger_id, "reason": CorrectionReason.WITHDRAWN.value}, key
        )


def adopt(
    town_folder: Path, baseline_id: str, reason: CorrectionReason, key: SigningKey, at: dt.datetime | None = None
) -> bool:
    """Sign that claims shall rest on another version of a baseline; all versions stay.

    It counts from the next run on once a second function has signed it with its own key and the same reason; returns
    whether it does. Any other signature takes the place of the one that is open.

    Args:
        town_folder: the town's folder.
        baseline_id: the version, as in dim_baselines.
        reason: why it counts in the place of the one before; the same for both.
        key: of a function.
        at: UTC without a zone; now when left out.

    Raises:
        Refused: no such version was frozen, or the second signature is not of another function.
        BrokenLedger, OSError: as ``desk``.
    """
    with desk(town_folder, at) as at_desk:
        confirms = at_desk.book.adoptions.confirmed_by(baseline_id, reason.value, key.function)
        at_desk.put("adoption", {"baseline_id": baseline_id, "reason": reason.value, "confirms": confirms}, key)
        return confirms is not None


def approve(
    town_folder: Path,
    ledger_ids: Sequence[str],
    key: SigningKey,
    status: LedgerStatus | None = None,
    at: dt.datetime | None = None,
) -> list[tuple[Row, LedgerStatus]]:
    """Move rows forward by one status, all or none; returns each with what it became.

    Args:
        town_folder: the town's folder.
        ledger_ids: first digits of the rows' ids, as many as tell them apart.
        key: of another function than the one that recorded them.
        status: what they become; the next one when left out.
        at: UTC without a zone; now when left out.

    Raises:
        Refused: one of them may not move.
        BrokenLedger, OSError: as ``desk``.
    """
    with desk(town_folder, at) as at_desk:
        named = [row_named(at_desk.book, ledger_id) for ledger_id in ledger_ids]
        approved: list[tuple[Row, LedgerStatus]] = []
        # One that is named twice moves once.
        for row in {row.ledger_id: row for row in named}.values():
            # Where nothing follows, the status it has is refused with the sentence that says so.
            becomes = status or next_status(row) or row.status
            at_desk.put("approval", {"ledger_id": row.ledger_id, "status": becomes.value}, key)
            approved.append((row, becomes))
    return approved


def row_named(book: Book, ledger_id: str) -> Row:
    """The one row whose id begins so.

    Raises:
        Refused: there is none, or more than one.
    """
    found = [row for name, row in book.rows.items() if ledger_id and name.startswith(ledger_id)]
    if len(found) != 1:
        said = f"{len(found)} rows begin with '{ledger_id}'" if found else f"there is no row '{ledger_id}'"
        raise Refused(f"{said[0].upper()}{said[1:]}; `papierwende ledger show --all` lists them.")
    return found[0]


def _record_one(
    at_desk: Desk, claim: Claim, key: SigningKey, supersede_because: CorrectionReason | None, recorded: Recorded
) -> None:
    holder = at_desk.book.holder(claim) or _plan_of(at_desk.book, claim)
    if holder is None:
        recorded.new.append(at_desk.put("claim", claim.facts(), key))
        return
    if holder.claim.measure_id != claim.measure_id:
        raise Refused(
            f"{claim.claim_key} is claimed already, by row {holder.ledger_id} of {holder.claim.measure_id}; nobody "
            "claims it twice."
        )
    is_same_kind = holder.claim.is_planned == claim.is_planned
    if is_same_kind and holder.claim.same_figures(claim):
        recorded.already.append(holder.ledger_id)
        return
    if claim.is_planned and not holder.claim.is_planned:
        raise Refused(
            f"{claim.claim_key} is {holder.status} already, as row {holder.ledger_id}; a plan comes too late."
        )
    reason = supersede_because if is_same_kind else CorrectionReason.MEASURED
    if reason is None:
        raise Refused(
            f"{claim.measure_id}, {claim.service_code}, {claim.month:%Y-%m}: {holder.claim.net:f} {claim.unit} stand "
            f"as row {holder.ledger_id}, and {claim.net:f} would be recorded (grade {claim.evidence_grade}); say "
            "--supersede with a --reason to correct it."
        )
    facts = {**claim.facts(), "supersedes_id": holder.ledger_id, "reason": reason.value}
    recorded.corrected.append(at_desk.put("correction", facts, key))


def _plan_of(book: Book, claim: Claim) -> Row | None:
    """The plan whose place a measured claim takes: the first booking of a line and month takes that of the line."""
    if claim.is_planned:
        return None
    plan = claim.model_copy(update={"resource": plan_of(claim.resource)})
    found = book.holder(plan.model_copy(update={"claim_key": key_of(plan), "status": LedgerStatus.PLANNED}))
    return found if found and found.claim.measure_id == claim.measure_id else None


def _refuse_too_much(book: Book, claims: Sequence[Claim], limits: Mapping[Scope, Decimal]) -> None:
    claimed: dict[Scope, Decimal] = defaultdict(Decimal)
    for row in book.standing():
        if not row.claim.is_planned:
            claimed[scope_of(row.claim)] += row.claim.gross - row.claim.cost
    # Of what measures cost there is no too much to claim, only too little, and nobody claims that.
    savings = (claim for claim in claims if claim.effect_class is not EffectClass.DISBENEFIT)
    for scope in dict.fromkeys(map(scope_of, savings)):
        if claimed[scope] > limits.get(scope, Decimal()):
            service, month, effect_class = scope
            raise Refused(
                f"{service}, {month:%Y-%m}: {claimed[scope]:f} of {effect_class} would be claimed, and the generation "
                f"says {limits.get(scope, Decimal()):f}; record every measure of the service together, also what it "
                "lost, or correct what stands."
            )


def scope_of(claim: Claim) -> Scope:
    """What a claim is summed with."""
    return claim.service_code, claim.month, claim.effect_class.value
