"""What stands in the ledger once all its entries are read, and which entries may not stand in it.

The same rules hold when an entry is written and when the ledger is verified: a rule that can be passed by writing
into the file is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import ValidationError

from pipelines.ledger.adoptions import Adoptions
from pipelines.ledger.chain import Entry
from pipelines.ledger.claim import RECORDED_AS, Claim
from pipelines.ledger.row import Approval, Row, ledger_id_of, next_status, same_eyes, taken_by
from pipelines.ledger.signatures import is_signed, key_id_of, message_of, refused_function
from sources.contract.ledger_words import CorrectionReason, LedgerStatus
from sources.contract.vocabularies import EvidenceGrade, words

FREE_KEYS: Final = 2
SIGNED: Final = frozenset(("function", "key_id", "signature"))
# Codes, as a free text could name somebody.
REASONS: Final = words(CorrectionReason)


class Refused(Exception):
    """An entry may not stand in the ledger; the message is a sentence."""


@dataclass(frozen=True)
class RegisteredKey:
    """A key that may sign, the function it signs for, and the key that let it in; the first two let in themselves."""

    function: str
    key_id: str
    public_key: str
    let_in_by: str


@dataclass
class Book:
    """The ledger as read so far: keys by id, rows by id in the order in which they were recorded.

    `adoptions`: which versions of baselines count, and which signatures wait for a second one.
    """

    keys: dict[str, RegisteredKey] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)
    baselines: list[Entry] = field(default_factory=list)
    taken: dict[tuple[object, ...], Row] = field(default_factory=dict)
    adoptions: Adoptions = field(default_factory=Adoptions)

    def standing(self) -> Iterator[Row]:
        """Rows that no correction replaced."""
        return (row for row in self.rows.values() if row.stands)

    def holder(self, claim: Claim) -> Row | None:
        """The row that stands and claims the same: the same key, the same minutes, or the same booking."""
        return next((self.taken[what] for what in taken_by(claim) if what in self.taken), None)

    def take(self, entry: Entry) -> None:
        """Read an entry that may stand."""
        facts = entry.facts
        match entry.kind:
            case "key":
                before = self.keys.get(facts["endorsed_by"] or "")
                self.keys[facts["key_id"]] = RegisteredKey(
                    facts["function"], facts["key_id"], facts["public_key"],
                    before.let_in_by if before else facts["key_id"],
                )  # fmt: skip
            case "approval":
                approval = Approval(
                    LedgerStatus(facts["status"]), facts["function"], facts["key_id"], entry.recorded_at
                )
                self.rows[facts["ledger_id"]].approvals.append(approval)
            case "baseline":
                self.baselines.append(entry)
            case "adoption":
                self.adoptions.take(entry)
            case _:
                row = Row(
                    ledger_id_of(entry), claim_in(facts), entry, facts["function"], facts["key_id"],
                    facts.get("supersedes_id"), facts.get("reason"),
                )  # fmt: skip
                if row.supersedes_id:
                    before = self.rows[row.supersedes_id]
                    before.superseded_by = entry
                    for what in taken_by(before.claim):
                        del self.taken[what]
                self.rows[row.ledger_id] = row
                self.taken |= dict.fromkeys(taken_by(row.claim), row)

    def refusal(self, kind: str, facts: Mapping[str, Any], previous_hash: str) -> str | None:
        """Why an entry may not follow what was read so far, as a sentence without its end; None where it may."""
        message = message_of(kind, facts, previous_hash)
        try:
            match kind:
                case "key":
                    return self._refused_key(facts, message)
                case "approval":
                    return self._unsigned(facts, message) or self._refused_approval(facts)
                case "adoption":
                    return self._unsigned(facts, message) or self._refused_adoption(facts)
                case "claim" | "correction":
                    return self._unsigned(facts, message) or self._refused_claim(kind, facts)
                case _:
                    return None
        except (KeyError, TypeError, ValidationError, ValueError):
            return f"the {kind} does not say all that one says, or says something else"

    def _unsigned(self, facts: Mapping[str, Any], message: bytes) -> str | None:
        key = self.keys.get(facts["key_id"])
        if key is None:
            return f"key {facts['key_id']} is not registered"
        if key.function != facts["function"]:
            return f"key {key.key_id} belongs to {key.function}, not to {facts['function']}"
        if not is_signed(key.public_key, facts["signature"], message):
            return f"the signature is not that of key {key.key_id}"
        return None

    def _refused_key(self, facts: Mapping[str, Any], message: bytes) -> str | None:
        function, key_id, public_key = facts["function"], facts["key_id"], facts["public_key"]
        if why := refused_function(function):
            return why
        if key_id in self.keys or key_id_of(public_key) != key_id:
            return f"key {key_id} is registered already, or is not the key of its name"
        if not is_signed(public_key, facts["signature"], message):
            return f"key {key_id} did not sign that it is registered"
        if len(self.keys) < FREE_KEYS:
            taken = {key.function for key in self.keys.values()}
            return f"the first two keys belong to two functions, and {function} has one" if function in taken else None
        endorser = self.keys.get(facts["endorsed_by"] or "")
        if endorser is None or not is_signed(endorser.public_key, facts["endorsement"], message):
            return "after the first two, a key needs the signature of one that is registered"
        return None

    def _refused_claim(self, kind: str, facts: Mapping[str, Any]) -> str | None:
        claim = claim_in(facts)
        if faults := claim.faults():
            return f"the claim contradicts itself: {faults[0]}"
        if claim.status not in RECORDED_AS:
            return f"a claim is recorded as planned or measured, and {claim.status} needs an approval"
        before = None
        if kind == "correction":
            before = self.rows.get(facts["supersedes_id"])
            if why := _refused_correction(before, claim, facts["supersedes_id"], facts["reason"]):
                return why
        holders = (self.taken[what] for what in taken_by(claim) if what in self.taken)
        if holder := next((row for row in holders if row is not before), None):
            return f"{claim.claim_key} is claimed already, by row {holder.ledger_id} of {holder.claim.measure_id}"
        return None

    def _refused_adoption(self, facts: Mapping[str, Any]) -> str | None:
        known = sorted(entry.facts["baseline_id"] for entry in self.baselines)
        if facts["baseline_id"] not in known:
            return f"'{facts['baseline_id']}' is no frozen baseline; there are: {', '.join(known) or 'none yet'}"
        if facts["reason"] not in REASONS:
            return f"letting another version count needs a reason: {', '.join(REASONS)}"
        return self.adoptions.refusal(facts, {key.key_id: key.let_in_by for key in self.keys.values()})

    def _refused_approval(self, facts: Mapping[str, Any]) -> str | None:
        row, status = self.rows.get(facts["ledger_id"]), LedgerStatus(facts["status"])
        if row is None:
            return f"there is no row {facts['ledger_id']}"
        if not row.stands:
            return f"row {row.ledger_id} was superseded"
        if row.status is LedgerStatus.PROVEN and row.claim.evidence_grade is not EvidenceGrade.A:
            return f"row {row.ledger_id} has grade {row.claim.evidence_grade}; only grade A is executed or audited"
        awaited = next_status(row)
        if status is not awaited:
            way = f"the next is {awaited}" if awaited else "its figure must be recorded first, or nothing comes after"
            return f"row {row.ledger_id} is {row.status} and cannot become {status}; {way}"
        if why := same_eyes(row, facts["function"], facts["key_id"], status):
            return why
        # Whoever holds a key could let in a second one under another function's name.
        if self.keys[facts["key_id"]].let_in_by == self.keys[row.key_id].let_in_by:
            return f"key {facts['key_id']} and the one that recorded row {row.ledger_id} were let in by the same key"
        if status is LedgerStatus.PROVEN and row.claim.evidence_grade is EvidenceGrade.C:
            return f"row {row.ledger_id} rests on assumptions (grade C), which prove nothing"
        return None


def read(entries: Iterable[Entry]) -> tuple[Book, list[str]]:
    """The book of a ledger, and one sentence for each entry that may not stand in it; those are left out."""
    book, faults = Book(), []
    for entry in entries:
        if why := book.refusal(entry.kind, entry.facts, entry.previous_hash):
            faults.append(f"line {entry.number}: {why}")
        else:
            book.take(entry)
    return book, faults


def claim_in(facts: Mapping[str, Any]) -> Claim:
    """The claim of an entry of kind claim or correction.

    Raises:
        ValidationError: it is none.
    """
    rest = SIGNED | {"supersedes_id", "reason"}
    return Claim.model_validate({name: value for name, value in facts.items() if name not in rest})


def _refused_correction(before: Row | None, claim: Claim, supersedes_id: str, reason: object) -> str | None:
    if before is None:
        return f"there is no row {supersedes_id} to correct"
    if not before.stands:
        return f"row {supersedes_id} was superseded already"
    if reason not in REASONS:
        return f"a correction needs a reason: {', '.join(REASONS)}"
    old = before.claim
    if (old.measure_id, old.month, old.effect_class) != (claim.measure_id, claim.month, claim.effect_class):
        return f"row {supersedes_id} is of another measure, month or effect class"
    return None
