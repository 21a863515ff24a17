"""What a claim of hours is made of: cells of case type and channel, few cases together, each with its assumption."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, TypeAlias

from pipelines.ledger.claim import Component, to_places

Cell: TypeAlias = Mapping[str, Any]
# Cells of few cases: the ledger is kept for years, and holds nothing of single people.
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
    of_type: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        of_type[cell["case_type"]].append(cell)
    told, few = _split(cells)
    parts = [part for cell in told for part in _parts(cell, of_type[cell["case_type"]])]
    parts += _together(few)
    return _adding_up(parts, gross)


def _split(cells: Iterable[Cell]) -> tuple[list[Cell], list[Cell]]:
    """Cells told by themselves, and those told together; one of many cases goes with the few, so that none is alone."""
    told = sorted((cell for cell in cells if not cell["is_small_cell"]), key=_size)
    few = [cell for cell in cells if cell["is_small_cell"]]
    return (told[1:], [*few, told[0]]) if few and told else (told, few)


def _size(cell: Cell) -> tuple[int, str, str]:
    return cell["received_cases"], cell["case_type"], cell["intake_channel"]


def _parts(cell: Cell, of_type: Sequence[Cell]) -> list[Component]:
    common = {
        "service_code": cell["service_code"],
        "case_type": cell["case_type"],
        "intake_channel": cell["intake_channel"],
        "baseline_cases": cell["baseline_cases"],
        "actual_cases": cell["received_cases"],
        "baseline_share": _share(cell, of_type, "cases_without"),
        "actual_share": _share(cell, of_type, "cases_with"),
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
        "baseline_cases": sum(cell["baseline_cases"] for cell in cells),
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
