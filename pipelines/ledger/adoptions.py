"""Which version of each baseline claims rest on: two functions sign for another one than the first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pipelines.ledger.chain import Entry

_AGREED: Final = ("baseline_id", "reason")
_SIGNED: Final = "{} signed it already; another function must sign it, too"


@dataclass
class Adoptions:
    """Adoptions as read so far, by service and go-live.

    Attributes:
        proposals: the signature that waits for a second one; another signature takes its place.
        counted: the entries by which versions began to count, in their order.
    """

    proposals: dict[str, Entry] = field(default_factory=dict)
    counted: list[Entry] = field(default_factory=list)

    def take(self, entry: Entry) -> None:
        """Read a signature that may stand; one from before two were needed is the first of two."""
        place = _place(entry.facts["baseline_id"])
        if entry.facts.get("confirms") is None:
            self.proposals[place] = entry
            return
        self.proposals.pop(place, None)
        self.counted.append(entry)

    def told(self) -> list[str]:
        """One sentence per signature that waits."""
        return [
            f"{first.facts['function']} signed that claims rest on {first.facts['baseline_id']}; it counts once a "
            "second function has signed it (`papierwende ledger adopt`)."
            for first in self.proposals.values()
        ]

    def open(self, baseline_id: str) -> Entry | None:
        """The signature for a version of the same service and go-live that waits for a second one."""
        return self.proposals.get(_place(baseline_id))

    def confirmed_by(self, baseline_id: str, reason: str, function: str) -> str | None:
        """The hash of the open signature that one of a function would confirm; None where it would be the first."""
        first = self.open(baseline_id)
        if first is None or first.facts["function"] == function:
            return None
        said = {"baseline_id": baseline_id, "reason": reason}
        return first.row_hash if all(first.facts[name] == said[name] for name in _AGREED) else None

    def counting(self, baseline_id: str) -> bool:
        """Whether claims rest on a version."""
        mine = [
            one.facts["baseline_id"] for one in self.counted if _place(one.facts["baseline_id"]) == _place(baseline_id)
        ]
        return mine[-1] == baseline_id if mine else baseline_id.endswith(".v1")

    def refusal(self, facts: Mapping[str, Any], let_in_by: Mapping[str, str]) -> str | None:
        """Why a signature may not follow those read so far, as a sentence without its end; None where it may.

        Args:
            facts: what it says.
            let_in_by: by key the key that let it in.
        """
        if "confirms" not in facts:
            # From before two signatures were needed: the first of two, whatever came before it.
            return None
        if self.counting(facts["baseline_id"]):
            return f"claims rest on {facts['baseline_id']} already"
        first = self.open(facts["baseline_id"])
        if facts["confirms"] is not None:
            return _refused_second(facts, first, let_in_by)
        is_told = first is not None and all(first.facts[name] == facts[name] for name in (*_AGREED, "function"))
        return _SIGNED.format(facts["function"]) if is_told else None


def adoptions_of(entries: Iterable[Entry]) -> Adoptions:
    """What the entries of a ledger say of adoptions."""
    found = Adoptions()
    for entry in entries:
        if entry.kind == "adoption":
            found.take(entry)
    return found


def _refused_second(facts: Mapping[str, Any], first: Entry | None, let_in_by: Mapping[str, str]) -> str | None:
    if first is None or facts["confirms"] != first.row_hash or any(facts[one] != first.facts[one] for one in _AGREED):
        return "it confirms another signature than the one that is open"
    if facts["function"] == first.facts["function"] or facts["key_id"] == first.facts["key_id"]:
        return _SIGNED.format(facts["function"])
    # Whoever holds a key could let in a second one under another function's name.
    if let_in_by[facts["key_id"]] == let_in_by[first.facts["key_id"]]:
        return f"key {facts['key_id']} and the one that signed first were let in by the same key"
    return None


def _place(baseline_id: str) -> str:
    """Service and go-live of ``service@go-live.vN``."""
    return baseline_id.rpartition(".v")[0]
