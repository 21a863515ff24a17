"""Published sums are those of a slow, obvious count over the rows as they came, or the delivery was refused.

Rows of every kind with a key are drawn by chance: repeated, reversed, numbered anew, of several devices, in two years.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sources.batches.protocol import Refused
from sources.landing.identity import Identity
from sources.landing.landing import Landing
from sources.town.folder import Town, read_town
from sources.town.source import Source
from tests.models.compiled_models import CompiledModels
from tests.models.small_town import SmallTown
from tests.towns import KEY, NOW, admitted, make_source, make_town, text_batch

Row = dict[str, str]
SEEDS = range(12)
AS_OF = dt.date(2026, 5, 31)
KINDS: dict[str, dict[str, Any]] = {
    "costs": {
        "columns": {"cost_item": "Position", "measure": "M", "month": "Monat", "kind": "Art", "actual_eur": "Ist"},
        "key": ("Position", "Monat"),
        "summed": "Ist",
        "sum": "select sum(actual_eur) from monitor.fct_cost_items",
        "fields": {
            "Position": "ab",
            "M": "m",
            "Monat": ("2026-01-15", "2026-01-20", "2026-02-01"),
            "Art": ("running",),
        },
        "part": {"booking_ref": "Beleg"},
    },
    "budget_lines": {
        "columns": {"budget_line": "Konto", "year": "Jahr", "product": "Produkt", "appropriation_eur": "Ist"},
        "key": ("Konto", "Jahr", "Produkt"),
        "summed": "Ist",
        "sum": "select sum(appropriation_eur) from monitor.fct_budget_lines",
        "fields": {"Konto": "ab", "Jahr": ("2025", "2026"), "Produkt": "pq"},
        "part": {"part_ref": "Beleg"},
    },
    "counts": {
        "columns": {"counted_on": "Tag", "unit": "OE", "kind": "Art", "value": "Ist"},
        "key": ("Tag", "OE", "Art"),
        "summed": "Ist",
        "sum": "select sum(pages) from monitor.fct_print_daily",
        "fields": {"Tag": ("2026-01-05", "2026-01-06"), "OE": ("rathaus", "buergeramt"), "Art": ("printed_pages",)},
        "part": {"part_ref": "Beleg"},
    },
    "posts": {
        "columns": {"post": "Stelle", "office": "Amt", "fte": "Ist"},
        "key": ("Stelle",),
        "summed": "Ist",
        "sum": "select sum(fte) from monitor.fct_posts",
        "fields": {"Stelle": "abcd", "Amt": ("rathaus", "buergeramt")},
        "part": {"part_ref": "Beleg"},
    },
}
AMOUNTS = {
    "costs": ("1.250,50", "-1.250,50", "900,00", "0,30"),
    "budget_lines": ("15.000,00", "7.000,00", "-500,00"),
    "counts": ("950", "1200", "12"),
    "posts": ("0,5", "1,0"),
}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return read_town(make_town(tmp_path_factory.mktemp("sums") / "town", privacy="thresholds_off = true"))


def drawn(chance: random.Random, kind: str) -> list[Row]:
    fields = KINDS[kind]["fields"]
    rows = [
        {name: chance.choice(values) for name, values in fields.items()}
        | {"Ist": chance.choice(AMOUNTS[kind]), "Beleg": str(chance.randint(1, 4))}
        for _ in range(chance.randint(1, 5))
    ]
    return rows + ([rows[0]] if chance.random() < 0.3 else [])


def number(text: str) -> Decimal:
    return Decimal(text.replace(".", "").replace(",", "."))


def counted_slowly(rows: list[Row], key: tuple[str, ...], mapped: list[str], *, adds_up: bool) -> Decimal | None:
    """The sum a person with a pencil would write down; None where two rows contradict each other."""
    if adds_up:
        return sum((number(row["Ist"]) for row in rows), Decimal(0))
    alike: dict[tuple[str, ...], set[tuple[str, ...]]] = defaultdict(set)
    for row in rows:
        cells = {name: text[:7] if name == "Monat" else text for name, text in row.items()}
        alike[tuple(cells[name] for name in key)].add(tuple(cells[name] for name in mapped))
    if any(len(said) > 1 for said in alike.values()):
        return None
    return sum((number(row[mapped.index("Ist")]) for (row,) in alike.values()), Decimal(0))


def source_of(kind: str, *, has_part: bool, adds_up: bool) -> Source:
    facts = KINDS[kind]
    columns = facts["columns"] | (facts["part"] if has_part else {})
    return make_source(columns, name=kind.replace("_", "-"), decimal=",", same_key_adds_up=adds_up)


@pytest.mark.parametrize("seed", SEEDS)
def test_sums_are_those_of_the_rows_or_the_delivery_is_refused(
    seed: int, town: Town, models: CompiledModels, tmp_path: Path
) -> None:
    chance = random.Random(seed)
    wanted: dict[str, Decimal] = {}
    small = SmallTown(tmp_path)
    small.decide(AS_OF)
    for kind, facts in KINDS.items():
        has_part, adds_up = chance.random() < 0.5, chance.random() < 0.4
        source = source_of(kind, has_part=has_part, adds_up=adds_up)
        rows = drawn(chance, kind)
        key = facts["key"] + (("Beleg",) if has_part else ())
        right = counted_slowly(rows, key, list(source.columns.values()), adds_up=adds_up)
        if right is None:
            with pytest.raises(Refused, match=r"rows \d+ and \d+.* have the same"):
                admitted(town, [text_batch(*rows)], source)
            continue
        found = admitted(town, [text_batch(*rows)], source)
        landing = Landing(tmp_path)
        landing.land(landing.write(source, Identity(f"{seed}-{kind}", "c", "m", NOW), found, KEY.key_id, NOW))
        wanted[kind] = right
    tables = models.build(
        tmp_path, "fct_cost_items", "fct_budget_lines", "fct_print_daily", "fct_posts", "fct_deliveries"
    )
    published = {kind: tables.execute(KINDS[kind]["sum"]).fetchall()[0][0] for kind in wanted}
    assert {kind: Decimal(str(total)) for kind, total in published.items()} == wanted
    assert tables.execute(
        "select count(*) from monitor.fct_deliveries "
        "where rows_read <> rows_admitted + rows_quarantined + rows_duplicate + rows_superseded or rows_superseded > 0"
    ).fetchall() == [(0,)]


def test_chance_draws_both_sums_and_refusals() -> None:
    """The seeds are worth something only when some deliveries stand, some add up and some are refused."""
    outcomes = set[tuple[str, bool]]()
    for seed in SEEDS:
        chance = random.Random(seed)
        for kind, facts in KINDS.items():
            has_part, adds_up = chance.random() < 0.5, chance.random() < 0.4
            rows = drawn(chance, kind)
            key = facts["key"] + (("Beleg",) if has_part else ())
            mapped = list(source_of(kind, has_part=has_part, adds_up=adds_up).columns.values())
            outcomes.add((kind, counted_slowly(rows, key, mapped, adds_up=adds_up) is None))
    assert outcomes == {(kind, refused) for kind in KINDS for refused in (True, False)}
