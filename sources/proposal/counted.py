"""Counts by day: prints, post, and the stock of files, each in columns side by side."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from sources.batches.protocol import Refused
from sources.contract.records import COUNTS
from sources.contract.vocabularies import CountKind
from sources.proposal.events import Pick
from sources.proposal.fields import named_column
from sources.proposal.looks import Look
from sources.proposal.names import rank
from sources.proposal.proposal import Proposal, question_about
from sources.proposal.words import spaced

_FIELDS: Final = {field.name: field for field in COUNTS.fields}
# What columns of a kind of count are called; the first of them alone tells that a table holds such counts.
_COLUMNS: Final = {
    CountKind.PRINTED_PAGES: re.compile(
        r"\b(druck)?seiten|\b(aus)?drucke\b|kopien\b|\bpages\b|\bklicks?\b|druckvolumen"
    ),
    CountKind.PRINTED_SHEETS: re.compile(r"\bblatt|\bblaetter|\bboegen\b|\bsheets?\b"),
    CountKind.POST_ITEMS: re.compile(r"sendungen|\bbriefe\b|\bpostmenge|\bsendungszahl|briefmenge|\bpost items?\b"),
    CountKind.SHELF_METRES: re.compile(
        r"laufende meter|lauf ?meter|\blfd? ?m(eter)?\b|\blfdm\b|regal ?meter|akten ?meter|shelf"
    ),
    CountKind.FILES: re.compile(r"\bakten\b|aktenzahl|aktenanzahl|anzahl der akten|\bfaszikel|\bfiles\b"),
}  # fmt: skip
# Before the kind of a count that somebody says is a column.
COUNTED: Final = "counts."
_PIECES: Final = re.compile(r"\bstueck|\banzahl\b|\bmenge\b")
_POSTAGE: Final = re.compile(r"\bporto|entgelt|freimach|frankier|\bpostgebuehr")
_MONEY: Final = re.compile(r"\bkosten|\bbetrag|\beur\b|\beuro\b")
_WHOLE: Final = re.compile(r"gesamt|insgesamt|summe|total")
_METER: Final = re.compile(r"zaehlerstand|zaehler(stand)? (alt|neu|anfang|ende)|\bzaehler\b")
SYSTEMS: Final = {
    CountKind.PRINTED_PAGES: "print", CountKind.PRINTED_SHEETS: "print", CountKind.POST_ITEMS: "mail",
    CountKind.POST_COST_EUR: "mail", CountKind.SHELF_METRES: "scan", CountKind.FILES: "scan",
}  # fmt: skip


def are_counts(looks: Mapping[str, Look]) -> bool:
    """Whether the columns are those of counts by day: what is counted, and when."""
    if any(rank(name, field) is not None for name in looks for field in ("case_ref", "document_ref")):
        return False
    has_day = any(_tells_the_day(look) for look in looks.values())
    return has_day and bool(_columns(looks) or _meters(looks))


def find_counts(proposal: Proposal, looks: Mapping[str, Look]) -> None:
    """The day, the counts side by side, and whose they are.

    Raises:
        Refused: what a mapping cannot say: months instead of days, or only readings of a meter.
    """
    days = named_column(looks.values(), _FIELDS["counted_on"], "counts")
    if days is None and "counted_on" not in proposal.columns:
        raise _without_day(proposal.file, looks)
    if days is not None:
        proposal.columns.setdefault("counted_on", Pick(days, "by its name", True))
    columns = _columns(looks)
    for kind, found in columns.items():
        if kind.value in proposal.counts:
            continue
        whole = [name for name in found if _WHOLE.search(spaced(name))]
        if len(found) == 1 or len(whole) == 1:
            proposal.counts[kind.value] = Pick((whole or found)[0], "by its name", True)
            continue
        names = ", ".join(f"'{name}'" for name in found)
        sentence = (
            f"{kind.value} stands in several columns ({names}), and takes one: which is the sum, or will the file be "
            "described once per column, each time with another product?"
        )
        proposal.questions.append(question_about(f"{COUNTED}{kind.value}", sentence, tuple(found)))
    for name in _meters(looks):
        proposal.idle[name] = "reads a meter; have the export write what was printed on the day"
    if not columns and not proposal.counts and not proposal.columns.keys() >= {"kind", "value"}:
        raise _nothing_counted(proposal.file, _meters(looks))


def system_of(proposal: Proposal) -> str:
    """The system such counts come from."""
    return next((SYSTEMS[CountKind(kind)] for kind in proposal.counts), "print")


def _columns(looks: Mapping[str, Look]) -> dict[CountKind, list[str]]:
    numbers = [look.name for look in looks.values() if look.is_number and not _METER.search(spaced(look.name))]
    numbers = [name for name in numbers if not re.search(r"(nr|nummer|id|prozent|anteil)$", spaced(name))]
    found: dict[CountKind, list[str]] = {}
    for kind, pattern in _COLUMNS.items():
        if columns := [name for name in numbers if pattern.search(spaced(name))]:
            found[kind] = columns
    postage = [name for name in numbers if _POSTAGE.search(spaced(name))]
    pieces = [
        name for name in numbers if _PIECES.search(spaced(name)) and not any(name in some for some in found.values())
    ]
    if pieces and (postage or any(re.search("sendung|brief|versand", spaced(name)) for name in looks)):
        found.setdefault(CountKind.POST_ITEMS, pieces)
    if CountKind.POST_ITEMS in found:
        costs = postage or [name for name in numbers if _MONEY.search(spaced(name))]
        if costs := [name for name in costs if name not in found[CountKind.POST_ITEMS]]:
            found[CountKind.POST_COST_EUR] = costs
    return found


def _meters(looks: Mapping[str, Look]) -> list[str]:
    return [look.name for look in looks.values() if look.is_number and _METER.search(spaced(look.name))]


def _tells_the_day(look: Look) -> bool:
    return rank(look.name, "counted_on", "counts") is not None and bool(look.day_formats or look.months)


def _without_day(file: str, looks: Mapping[str, Look]) -> Refused:
    months = next((look.name for look in looks.values() if look.months), None)
    if months is None:
        return Refused(
            "no_day", f"{file}: holds counts, but no column tells the day; have the export write one, such as Tag."
        )
    return Refused(
        "months_for_days",
        f"{file}: '{months}' holds months, and a count stands at its day; have the export write days, as 31.01.2026.",
    )


def _nothing_counted(file: str, meters: list[str]) -> Refused:
    if meters:
        said = f"'{meters[0]}' reads a meter; have the export write what was printed on each day."
        return Refused("meter_readings", f"{file}: {said}")
    said = "no column says what is counted; say it with --column, such as --column counts.printed_pages=Seiten."
    return Refused("nothing_counted", f"{file}: {said}")
