"""The tally sheet on paper: one A4 page, printed once for each day of rounds. German, no names, no foreign host."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dashboards.words import numbers
from pipelines.sampling.draw import Drawn
from pipelines.sampling.kinds import BESIDES
from pipelines.sampling.plan import Round
from pipelines.sampling.refusal import NotSampled
from pipelines.sampling.workbook import weekday

HERE: Final = Path(__file__).parent
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
_ROOM_MM: Final = 203.0
"""What is left of a page below its text, for the lines of work and the list of days."""
_WIDTH_MM: Final = 190.0
_BOX_MM: Final = 7.5
"""The narrowest cell in which five strokes can be made."""
_SIGN_MM: Final = 1.75
_LINE_MM: Final = 5.9
_NEXT_LINE_MM: Final = 3.6
_DAY_MM: Final = 3.7
_TIMES_BESIDE: Final = ((4, 3), (8, 2))
"""Up to so many rounds a day, so many days stand side by side; of more, one."""


def page(drawn: Drawn) -> str:
    """The sheet as HTML.

    Raises:
        NotSampled: when it would need a second page.
    """
    plan = drawn.plan
    days = [list(rounds) for _, rounds in itertools.groupby(plan.rounds, key=lambda one: one.day)]
    most = max(map(len, days))
    columns = next((beside for times, beside in _TIMES_BESIDE if most <= times), 1)
    lines = (*drawn.labels, *BESIDES)
    needed = _table_mm(lines, most) + math.ceil(len(days) / columns) * _DAY_MM
    if needed > _ROOM_MM:
        raise NotSampled(
            f"{len(plan.kinds)} kinds of work and {len(days)} days do not fit on one page; name fewer with --service, "
            "leave case types out with --all-types, or give fewer --days."
        )
    templates = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return templates.get_template("tally.html").render(
        plan=plan,
        policy=POLICY,
        office=drawn.office_name,
        first=numbers.day_short(plan.first_day),
        last=numbers.day_short(plan.last_day),
        rounds=numbers.plain(len(plan.rounds)),
        observations=numbers.plain(plan.observations),
        error=plan.error.replace(".", ","),
        days=[_day(rounds) for rounds in days],
        columns=columns,
        most=most,
        lines=lines,
    )


def _table_mm(lines: Sequence[str], most: int) -> float:
    """The height of the table when it is printed; a long name takes a second line."""
    signs = int((_WIDTH_MM - most * _BOX_MM) / _SIGN_MM)
    wrapped = sum(math.ceil(len(line) / signs) - 1 for line in lines)
    return (len(lines) + 1) * _LINE_MM + wrapped * _NEXT_LINE_MM


def _day(rounds: list[Round]) -> dict[str, object]:
    day = rounds[0].day
    return {"name": f"{weekday(day)} {numbers.day_short(day)}", "times": [one.clock for one in rounds]}
