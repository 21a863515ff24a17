"""Claims that are only planned: typed in from a file, as no generation shows them yet."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

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
MONTH: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])(-\d\d)?")
# 1.250 is a thousand to one and one to another: three digits behind a point are refused.
AMOUNT: Final = re.compile(r"[+-]?\d{1,12}(,\d{1,4}|\.\d{1,2})?")
IS_MONTH: Final = "month such as 2026-05"
IS_AMOUNT: Final = "amount such as 1250,50"
IS_EITHER: Final = "ja or nein"
MOST_SIGNS: Final = 200


def plans_in(path: Path, town: Town) -> list[Claim]:
    """The claims of a CSV file, with semicolons and the columns of ``COLUMNS``.

    Raises:
        Refused: a row cannot be taken; the sentence names its line and column, and what is expected there.
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
        KeyError, ValueError: a row lacks something or contradicts itself.
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
                raise ValueError(f"column measure_id: {_told(typed['measure_id'])} is not in measures.csv")
            yield _planned(typed, places, offices)
        except (KeyError, ValueError) as error:
            why = "a value is missing or of another kind" if type(error) is not ValueError else str(error)
            after = ", " if why.startswith("column ") else ": "
            raise Refused(
                f"{path}: line {reader.line_num}{after}{why}; correct it and record the file again."
            ) from error


def _typed(row: Mapping[str, str]) -> dict[str, Any]:
    if None in row or None in row.values():
        raise ValueError("it has more or fewer cells than the header")
    text = {name: value.strip() for name, value in row.items()}
    if too_long := [name for name, value in text.items() if len(value) > MOST_SIGNS]:
        raise ValueError(f"column {too_long[0]}: it is longer than {MOST_SIGNS} characters")
    if not text["evidence_ref"]:
        raise _wrong("evidence_ref", "", "the place where it was decided")
    month = dt.date.fromisoformat(f"{_matching(MONTH, text, 'month', IS_MONTH)[:7]}-01")
    amounts = {name: _amount(text, name) if text[name] else Decimal(0) for name in ("gross", "cost")}
    net = amounts["gross"] - amounts["cost"]
    bounds = {name: _amount(text, name) if text[name] else net for name in ("low", "high")}
    if bounds["low"] > bounds["high"]:
        raise ValueError(f"column low: '{bounds['low']}' lies above high, '{bounds['high']}'")
    if (is_recurring := TRUE.get(text["is_recurring"].lower())) is None:
        raise _wrong("is_recurring", text["is_recurring"], IS_EITHER)
    return {**text, **amounts, **bounds, "month": month, "is_recurring": is_recurring}


def _matching(form: re.Pattern[str], text: Mapping[str, str], name: str, expected: str) -> str:
    if not form.fullmatch(text[name]):
        raise _wrong(name, text[name], expected)
    return text[name]


def _amount(text: Mapping[str, str], name: str) -> Decimal:
    return Decimal(_matching(AMOUNT, text, name, IS_AMOUNT).replace(",", "."))


def _wrong(name: str, value: str, expected: str) -> ValueError:
    said = f"{_told(value)} is no {expected}" if value else f"it is empty, expected is: {expected}"
    return ValueError(f"column {name}: {said}")


def _told(value: str) -> str:
    """A value for a sentence; of a cell that slipped into another column no person is told."""
    return "a name" if is_like_a_name(value) and " " in value else f"'{value}'"


def _planned(row: Mapping[str, Any], places: Mapping[tuple[str, str], int], offices: Mapping[str, str]) -> Claim:
    measure, service, effect_class = row["measure_id"], row["service_code"] or ALL, row["effect_class"]
    is_hours = effect_class == EffectClass.CAPACITY_RELEASED
    if is_hours and (measure, service) not in places:
        raise ValueError(f"column service_code: measure '{measure}' does not touch '{service}' in measure_services.csv")
    if not is_hours and effect_class not in IN_EUROS:
        raise ValueError(f"column effect_class: {_told(effect_class)} is none of which hours or euros are planned")
    if not is_hours and not row["budget_line_id"]:
        raise ValueError(f"column budget_line_id: it is empty, a plan of {effect_class} needs its line")
    if is_like_a_name(row["evidence_ref"]):
        raise ValueError("column evidence_ref: it is written like a person's name; write where it was decided")
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
