"""Claims that are only planned: typed in from a file, as no generation shows them yet."""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from pipelines.ledger.book import Book, Refused
from pipelines.ledger.claim import ALL, PLANNED, Claim, Component, claim_of
from sources.contract.ledger_words import EffectClass, LedgerStatus
from sources.contract.vocabularies import EvidenceGrade, words
from sources.town.folder import Town
from sources.values.names import is_like_a_name

COLUMNS: Final = (
    "measure_id", "service_code", "month", "effect_class", "budget_line_id", "gross", "cost", "low", "high",
    "is_recurring", "evidence_ref",
)  # fmt: skip
IN_EUROS: Final = frozenset(words(EffectClass)) - {EffectClass.CAPACITY_RELEASED, EffectClass.QUALITY}
TRUE: Final = {"true": True, "ja": True, "false": False, "nein": False}


def plans_in(path: Path, town: Town) -> list[Claim]:
    """The claims of a CSV file, with semicolons and the columns of ``COLUMNS``.

    Raises:
        Refused: a row cannot be taken; the sentence names its line.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, delimiter=";")
            if set(reader.fieldnames or ()) != set(COLUMNS):
                raise Refused(f"{path}: its columns must be {';'.join(COLUMNS)}.")
            return list(_claims(path, reader, town))
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path}: cannot be read; correct the path, or save it as UTF-8.") from error


def refuse_late(plans: Iterable[Claim], book: Book, today: dt.date) -> None:
    """Refuse plans of months that are over, but for those that stand already.

    Raises:
        Refused: there is one.
    """
    for plan in plans:
        holder = book.holder(plan)
        if plan.month < today.replace(day=1) and not (holder and holder.claim.same_figures(plan)):
            raise Refused(
                f"{plan.measure_id}, {plan.month:%Y-%m}: the month is over and no longer planned; what it saved is "
                "recorded from what is published."
            )


def planned(
    rows: Iterable[Mapping[str, Any]], places: Mapping[tuple[str, str], int], offices: Mapping[str, str]
) -> list[Claim]:
    """Plans as claims.

    Args:
        rows: by the columns of ``COLUMNS``, typed.
        places: the place of each measure among those of a service, by measure and service.
        offices: the office in charge by service.

    Raises:
        KeyError, ValidationError: a row lacks something or contradicts itself.
    """
    return [_planned(row, places, offices) for row in rows]


def places_of(town: Town) -> dict[tuple[str, str], int]:
    """The place of each measure among those of a service: by go-live, those not live yet last."""
    live = {measure.measure_id: measure.went_live_on or dt.date.max for measure in town.parameters.measures}
    touching: dict[str, list[str]] = defaultdict(list)
    for row in sorted(town.parameters.measure_services, key=lambda row: (live[row.measure_id], row.measure_id)):
        touching[row.service_code].append(row.measure_id)
    return {
        (measure, service): place
        for service, measures in touching.items()
        for place, measure in enumerate(measures, start=1)
    }


def _claims(path: Path, reader: csv.DictReader[str], town: Town) -> Iterator[Claim]:
    places = places_of(town)
    offices = {service.service_code: service.office_code for service in town.parameters.services}
    known = {measure.measure_id for measure in town.parameters.measures}
    for row in reader:
        try:
            typed = _typed(row)
            if typed["measure_id"] not in known:
                raise ValueError(f"measure '{typed['measure_id']}' is not in measures.csv")
            yield _planned(typed, places, offices)
        except (KeyError, ValueError, ValidationError, InvalidOperation) as error:
            why = "a value is missing or of another kind" if type(error) is not ValueError else str(error)
            raise Refused(f"{path}: line {reader.line_num}: {why}; correct it and record the file again.") from error


def _typed(row: Mapping[str, str]) -> dict[str, Any]:
    if None in row or None in row.values():
        raise ValueError("it has more or fewer cells than the header")
    text = {name: value.strip() for name, value in row.items()}
    amounts = {name: Decimal(text[name].replace(",", ".") or "0") for name in ("gross", "cost")}
    net = amounts["gross"] - amounts["cost"]
    bounds = {name: Decimal(text[name].replace(",", ".")) if text[name] else net for name in ("low", "high")}
    month = dt.date.fromisoformat(f"{text['month'][:7]}-01")
    return {**text, **amounts, **bounds, "month": month, "is_recurring": TRUE[text["is_recurring"].lower()]}


def _planned(row: Mapping[str, Any], places: Mapping[tuple[str, str], int], offices: Mapping[str, str]) -> Claim:
    measure, service, effect_class = row["measure_id"], row["service_code"] or ALL, row["effect_class"]
    is_hours = effect_class == EffectClass.CAPACITY_RELEASED
    if is_hours and (measure, service) not in places:
        raise ValueError(f"measure '{measure}' does not touch service '{service}' in measure_services.csv")
    if not is_hours and effect_class not in IN_EUROS:
        raise ValueError(f"'{effect_class}' is no effect class that hours or euros are planned of")
    if not is_hours and not row["budget_line_id"]:
        raise ValueError(f"a plan of {effect_class} needs its budget_line_id")
    if is_like_a_name(row["evidence_ref"]):
        raise ValueError("evidence_ref is written like a person's name; write where it was decided")
    unit = "hours" if is_hours else "eur"
    part = Component(service_code=service, effect=PLANNED, value=row["gross"], unit=unit)
    rest = ("month", "gross", "cost", "low", "high", "is_recurring", "evidence_ref")
    claim = claim_of(
        {
            **{name: row[name] for name in rest},
            "measure_id": measure,
            "service_code": service,
            "office_code": offices.get(service, ALL),
            "effect_class": effect_class,
            "resource": f"minutes/{places[measure, service]}"
            if is_hours
            else f"euro/{row['budget_line_id']}/{PLANNED}",
            "unit": unit,
            "evidence_grade": EvidenceGrade.C,
            "status": LedgerStatus.PLANNED,
            "components": (part,),
        }
    )
    if faults := claim.faults():
        raise ValueError(faults[0])
    return claim
