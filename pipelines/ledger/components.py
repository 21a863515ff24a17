"""What a claim of hours is made of: cells of case type and channel, few cases together, each with its assumption.

The ledger is kept for years and holds nothing of single people: cells of few cases stand together, and of every case
type and channel one of many cases goes with them, so that nobody computes one from totals that are told elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, TypeAlias

from pipelines.ledger.claim import Component, to_places

Cell: TypeAlias = Mapping[str, Any]
TOGETHER: Final = "other"
_EFFECTS: Final = {
    "channel": ("channel_effect_hours", "assumption_id_without"),
    "efficiency": ("efficiency_effect_hours", "assumption_id_after"),
}


def components_of(cells: Sequence[Cell], gross: Decimal) -> tuple[Component, ...]:
    """The parts of a claim, which add up to it: of every cell what came another way, and what took fewer minutes.

    Args:
        cells: rows of fct_savings_cells of one month, measure and service.
        gross: hours that are claimed.

    Returns:
        nothing where there are no cells.
    """
    held = _held(cells)
    told = [cell for cell in cells if _place(cell) not in held]
    parts = [part for cell in told for part in _parts(cell, cells, held)]
    return _adding_up(parts + _together([cell for cell in cells if _place(cell) in held]), gross)


def _held(cells: Sequence[Cell]) -> set[tuple[str, str]]:
    """The cells told together: those of few cases, and others until each type and channel has two, not all of few."""
    lines: dict[tuple[str, str], list[Cell]] = defaultdict(list)
    for cell in cells:
        lines["case_type", cell["case_type"]].append(cell)
        lines["intake_channel", cell["intake_channel"]].append(cell)
    held = {_place(cell) for cell in cells if cell["is_small_cell"]}
    while more := {
        _place(min(told, key=lambda cell: (cell["received_cases"], _place(cell))))
        for line in lines.values()
        if (mine := [cell for cell in line if _place(cell) in held])
        and (len(mine) == 1 or all(cell["is_small_cell"] for cell in mine))
        and (told := [cell for cell in line if _place(cell) not in held])
    }:
        held |= more
    return held


def _place(cell: Cell) -> tuple[str, str]:
    return cell["case_type"], cell["intake_channel"]


def _parts(cell: Cell, cells: Sequence[Cell], held: set[tuple[str, str]]) -> list[Component]:
    of_type = [one for one in cells if one["case_type"] == cell["case_type"]]
    # Of a share and its cases the type's total is known, and so what is held back of it.
    is_whole = not any(_place(one) in held for one in of_type)
    common = {
        "service_code": cell["service_code"],
        "case_type": cell["case_type"],
        "intake_channel": cell["intake_channel"],
        "baseline_cases": None if cell["is_small_baseline_cell"] else cell["baseline_cases"],
        "actual_cases": cell["received_cases"],
        "baseline_share": _share(cell, of_type, "cases_without") if is_whole else None,
        "actual_share": _share(cell, of_type, "cases_with") if is_whole else None,
        "baseline_minutes": cell["minutes_without"],
        "actual_minutes": cell["minutes_after"],
        "unit": "hours",
    }
    return [
        Component.model_validate(
            {**common, "effect": effect, "value": to_places(cell[value]), "assumption_id": cell[assumption]}
        )
        for effect, (value, assumption) in _EFFECTS.items()
        if effect == "channel" or to_places(cell[value])
    ]


def _share(cell: Cell, of_type: Sequence[Cell], name: str) -> Decimal | None:
    every = sum(one[name] for one in of_type)
    return to_places(cell[name] / every) if every else None


def _together(cells: Sequence[Cell]) -> list[Component]:
    if not cells:
        return []
    common = {
        "service_code": cells[0]["service_code"],
        "case_type": TOGETHER,
        "intake_channel": TOGETHER,
        "actual_cases": sum(cell["received_cases"] for cell in cells),
        "unit": "hours",
    }
    values = {effect: to_places(sum(cell[value] for cell in cells)) for effect, (value, _) in _EFFECTS.items()}
    return [
        Component.model_validate({**common, "effect": effect, "value": value})
        for effect, value in values.items()
        if effect == "channel" or value
    ]


def _adding_up(parts: Sequence[Component], gross: Decimal) -> tuple[Component, ...]:
    """The largest part takes what rounding to four places leaves."""
    if not parts:
        return ()
    largest = max(parts, key=lambda part: abs(part.value))
    left = gross - sum(part.value for part in parts)
    return tuple(part.model_copy(update={"value": part.value + left}) if part is largest else part for part in parts)
