"""What a published generation shows that may be claimed: hours that stand, and bookings as far as they were audited."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TypeAlias

import duckdb

from pipelines.ledger.book import Refused
from pipelines.ledger.chain import canonical
from pipelines.ledger.claim import ALL, Claim, Component, claim_of, to_places
from pipelines.ledger.components import components_of
from pipelines.ledger.writing import Scope
from sources.contract.claim_words import STANDS
from sources.contract.ledger_words import EffectClass, LedgerStatus

Facts: TypeAlias = dict[str, Any]
SET_DIGITS: Final = 16
_HOURS: Final = """
    with places as (
        select s.measure_id, s.service_code,
            row_number() over (partition by s.service_code order by m.went_live_on nulls last, s.measure_id) as place
        from (select distinct measure_id, service_code from rpt_savings_monthly where service_code <> 'all') as s
        left join dim_measures as m on s.measure_id = m.measure_id
    )
    select r.*, p.place
    from rpt_savings_monthly as r
    inner join places as p on r.measure_id = p.measure_id and r.service_code = p.service_code
    where r.service_code <> 'all'
    order by r.month, r.service_code, r.measure_id
"""
_MONEY: Final = """
    select c.measure_id, c.month, c.kind, coalesce(c.budget_line_id, 'none') as budget_line_id,
        coalesce(c.booking_ref, c.cost_item_id) as booking, m.cash_state, m.is_provisional,
        sum(c.accepted_eur) as accepted_eur, coalesce(bool_or(c.is_recurring), false) as is_recurring,
        max(c.valid_until) as valid_until, max(coalesce(c.cash_grade, 'A')) as evidence_grade
    from fct_cost_items as c
    inner join rpt_savings_monthly as m
        on c.measure_id = m.measure_id and c.month = m.month and m.service_code = 'all' and m.office_code = 'all'
    where c.actual_eur is not null and (c.kind <> 'cash_released' or c.cash_class = 'cash')
    group by all
    having sum(c.accepted_eur) <> 0
    order by c.month, c.kind, booking, budget_line_id
"""
_CELLS: Final = """
    select * from fct_savings_cells where measure_id = $measure and service_code = $service and month = $month
    order by case_type, intake_channel
"""
_VERSIONS: Final = (
    "select metric, formula_version from dim_metrics where metric in ('capacity_released_hours', 'cash_released_eur')"
)
_MINUTES: Final = """
    select * from fct_processing_minutes where service_code = $code and is_used and valid_from <= $month
    order by all
"""
_LINE: Final = "select * from dim_budget_line_rules where budget_line_id = $code and valid_from <= $month order by all"
_RULE: Final = """
    select any_value(budget_line_id) || '@' || max(valid_from)::varchar from dim_budget_line_rules
    where budget_line_id = $code and year(valid_from) <= year($month::date)
"""
_RESPONSIBLE: Final = """
    select measure_id, responsible_function from monitor.rpt_measure_plans where responsible_function is not null
"""


@dataclass(frozen=True)
class Shown:
    """What a generation shows.

    Attributes:
        claims: of the measures and months asked for, ready to be recorded.
        limits: what every measure together saved, by service, month and effect class.
        left_out: one sentence per measure and service of which months may not be claimed.
    """

    claims: list[Claim]
    limits: dict[Scope, Decimal]
    left_out: list[str]


@dataclass(frozen=True)
class Asked:
    """Of what somebody wants to claim: codes of measures, and the first and last month."""

    measures: Sequence[str]
    first: dt.date = dt.date.min
    last: dt.date = dt.date.max

    def includes(self, row: Facts) -> bool:
        """Whether a row is of these."""
        return row["measure_id"] in self.measures and self.first <= row["month"] <= self.last


def shown(database: Path, evidence: str, asked: Asked) -> Shown:
    """What may be claimed of some measures, from the published file.

    Args:
        database: the published file of a generation that is whole.
        evidence: the generation's id and its hash.
        asked: measures and months; limits are of all measures nonetheless.

    Raises:
        Refused: the file was published by an older version of the program.
    """
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute("use monitor")
        _refuse_older(connection)
        versions = dict(connection.execute(_VERSIONS).fetchall())
        hours, money = list(_rows(connection, _HOURS)), list(_rows(connection, _MONEY))
        claims: list[Claim] = []
        left_out: Counter[tuple[str, str]] = Counter()
        for row in filter(asked.includes, hours):
            if why := _why_not_hours(row):
                left_out[f"{row['measure_id']}, {row['service_code']}", why] += 1
            elif _hours(row):
                row["assumption_set_id"] = _set_id(connection, _MINUTES, row["service_code"], row["month"])
                asked_for = {"measure": row["measure_id"], "service": row["service_code"], "month": row["month"]}
                cells = list(_rows(connection, _CELLS, asked_for))
                claims.append(_claim_of_hours(row, cells, evidence, versions.get("capacity_released_hours")))
        for row in filter(asked.includes, money):
            if why := _why_not_money(row):
                left_out[f"{row['measure_id']}, money", why] += 1
            else:
                row["assumption_set_id"] = _set_id(connection, _LINE, row["budget_line_id"], row["month"])
                row["assumption_id"] = _one(connection, _RULE, row["budget_line_id"], row["month"])
                claims.append(_claim_of_money(row, evidence, versions.get("cash_released_eur")))
    told = [f"{what}: {why}, {count}." for (what, why), count in sorted(left_out.items())]
    return Shown(claims, _limits(hours, money), told)


def _refuse_older(connection: duckdb.DuckDBPyConnection) -> None:
    """Refuse a file that an older version of the program published: it does not say what a claim is made of."""
    if not connection.execute("from duckdb_tables() where table_name = 'fct_savings_cells'").fetchone():
        raise Refused("What is published was made by an older version of the program; `papierwende run` makes it anew.")


def responsible(database: Path) -> dict[str, str]:
    """The function that answers for a measure, where the town told it; nothing without a file that can say it."""
    if not database.is_file():
        return {}
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            return dict(connection.execute(_RESPONSIBLE).fetchall())
    except (duckdb.CatalogException, duckdb.BinderException, duckdb.IOException):
        return {}


def limits_of(database: Path) -> dict[Scope, Decimal]:
    """What every measure together saved, by service, month and effect class."""
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute("use monitor")
        return _limits(list(_rows(connection, _HOURS)), list(_rows(connection, _MONEY)))


def _limits(hours: Sequence[Facts], money: Sequence[Facts]) -> dict[Scope, Decimal]:
    limits: dict[Scope, Decimal] = defaultdict(Decimal)
    for row in hours:
        if row["claim_state"] in STANDS:
            limits[row["service_code"], row["month"], EffectClass.CAPACITY_RELEASED.value] += _hours(row)
    for row in money:
        if row["kind"] == "cash_released":
            limits[ALL, row["month"], EffectClass.CASH_RELEASED.value] += to_places(row["accepted_eur"])
    return dict(limits)


def _rows(
    connection: duckdb.DuckDBPyConnection, question: str, asked_for: Mapping[str, object] | None = None
) -> Iterator[Facts]:
    answer = connection.execute(question, asked_for or {})
    names = [column[0] for column in answer.description or ()]
    return (dict(zip(names, row, strict=True)) for row in answer.fetchall())


def _set_id(connection: duckdb.DuckDBPyConnection, question: str, code: str, month: dt.date) -> str | None:
    """The hash of the assumptions that a figure of a month rests on, None where it rests on none."""
    rows = connection.execute(question, {"code": code, "month": month}).fetchall()
    return hashlib.sha256(canonical(rows)).hexdigest()[:SET_DIGITS] if rows else None


def _one(connection: duckdb.DuckDBPyConnection, question: str, code: str, month: dt.date) -> str | None:
    """The one value a question about a month asks for."""
    ((found,),) = connection.execute(question, {"code": code, "month": month}).fetchall()
    return found


def _hours(row: Facts) -> Decimal:
    return to_places(row["capacity_released_hours"])


def _why_not_hours(row: Facts) -> str | None:
    """Why a month's hours may not be claimed, as the beginning of a sentence that ends with how many."""
    if row["claim_state"] == "refused":
        return f"months refused ({row['refusal_reason']})"
    if row["claim_state"] not in STANDS or row["is_provisional"]:
        return "months still provisional"
    if row["is_small_cell"]:
        return "months rest on too few cases"
    return None


def _why_not_money(row: Facts) -> str | None:
    if row["cash_state"] != "known":
        return f"bookings of months whose money is not known ({row['cash_state']})"
    return "bookings of months still provisional" if row["is_provisional"] else None


def _claim_of_hours(row: Facts, cells: Sequence[Facts], evidence: str, version: str | None) -> Claim:
    gross = _hours(row)
    taken = ("measure_id", "service_code", "office_code", "month", "evidence_grade", "baseline_id", "assumption_set_id")
    return claim_of(
        {
            **{name: row[name] for name in taken},
            "resource": f"minutes/{row['place']}",
            "effect_class": EffectClass.CAPACITY_RELEASED.value,
            "unit": "hours",
            "gross": gross,
            "cost": 0,
            "low": row["capacity_low_hours"],
            "high": row["capacity_high_hours"],
            "is_recurring": True,
            "evidence_ref": evidence,
            "status": LedgerStatus.MEASURED,
            "formula_version": version,
            "components": components_of(cells, gross),
        }
    )


def _claim_of_money(row: Facts, evidence: str, version: str | None) -> Claim:
    is_relief, amount = row["kind"] == "cash_released", to_places(row["accepted_eur"])
    net = amount if is_relief else -amount
    part = Component(service_code=ALL, effect="booking", value=amount, unit="eur", assumption_id=row["assumption_id"])
    return claim_of(
        {
            "measure_id": row["measure_id"],
            "service_code": ALL,
            "office_code": ALL,
            "month": row["month"],
            "resource": f"euro/{row['budget_line_id']}/{row['booking']}",
            "effect_class": (EffectClass.CASH_RELEASED if is_relief else EffectClass.DISBENEFIT).value,
            "unit": "eur",
            "gross": amount if is_relief else 0,
            "cost": 0 if is_relief else amount,
            "low": net,
            "high": net,
            "is_recurring": is_relief and row["is_recurring"],
            "valid_until": row["valid_until"] if is_relief and row["is_recurring"] else None,
            "evidence_grade": row["evidence_grade"],
            "evidence_ref": f"{row['booking']}@{evidence}",
            "status": LedgerStatus.MEASURED,
            "assumption_set_id": row["assumption_set_id"],
            "formula_version": version if is_relief else None,
            "components": (part,) if is_relief else (),
        }
    )
