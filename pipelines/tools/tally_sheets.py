"""Tally sheets for the offices of a town: who may be observed, what is drawn for each, and the files."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

from pipelines.run.outcome import storage_faults_stop
from pipelines.sampling.draw import Drawn, draw
from pipelines.sampling.group import Group, group_of, groups
from pipelines.sampling.page import page
from pipelines.sampling.plan import Wish
from pipelines.sampling.refusal import NotSampled
from pipelines.sampling.workbook import write_workbook
from pipelines.tools.handled_cases import decided
from sources.town.folder import Town
from sources.town.mistakes import nearest


@dataclass(frozen=True)
class Order:
    """What somebody asks for.

    Attributes:
        office: the office to observe, each that may be when None.
        services: codes of services to tell apart, all when empty.
        first, days: from which day on how many open days.
        error: wanted half-width of a share's 95 % interval, in percentage points.
        staff: people a round sees, the least of the staff band when None.
        all_types: whether case types are not told apart.
        seed: what the draw begins with.
    """

    office: str | None
    services: tuple[str, ...]
    first: dt.date
    days: int
    error: Fraction
    staff: int | None
    all_types: bool
    seed: int


@dataclass(frozen=True)
class Sheets:
    """What was made: plans in order of their office, one sentence per office without one, and the published day."""

    drawn: tuple[Drawn, ...]
    notes: tuple[str, ...]
    published_on: dt.date | None


def make_sheets(town: Town, order: Order, folder: Path) -> Sheets:
    """Draw the plans that were asked for and write their page and workbook.

    Raises:
        NotSampled: when there is none, or the files of the only one would overwrite others.
        Stop: when the disk fails.
    """
    published = decided(town)
    found, notes = _groups(town, order)
    drawn: list[Drawn] = []
    for group in found:
        cells = published.last_year(group.members, all_types=order.all_types) if published else None
        mine = {service.service_code for service in group.services}
        codes = [code for code in order.services if order.office or code in mine]
        try:
            wish = Wish(order.error, _staff(town, group, order.staff), order.seed)
            one = draw(town, group, codes, order.first, order.days, wish, cells)
            with storage_faults_stop(folder):
                _write(folder, one, page(one))
        except NotSampled as reason:
            notes += [f"{group.office.office_code}: {sentence}" for sentence in reason.sentences]
            continue
        drawn.append(one)
    if not drawn:
        raise NotSampled(notes)
    return Sheets(tuple(drawn), tuple(notes), published.as_of if published else None)


def _groups(town: Town, order: Order) -> tuple[list[Group], list[str]]:
    if order.office is not None:
        return [group_of(town, order.office)], []
    known = [service.service_code for service in town.parameters.services]
    for code in order.services:
        if code not in known:
            raise NotSampled(f"parameters/services.csv: '{code}' is not listed{nearest(code, known)}.")
    found, refused = groups(town)
    if not order.services:
        return found, refused or [
            "parameters/services.csv: lists no service, so there is nothing to observe; add some."
        ]
    asked = [group for group in found if {s.service_code for s in group.services} & set(order.services)]
    return asked, [] if asked else refused


def _staff(town: Town, group: Group, staff: int | None) -> int:
    least = town.privacy.staff_threshold
    if staff is not None and staff < least and not town.privacy.thresholds_off:
        raise NotSampled(
            f"--staff {staff}: fewer than {least} people may not be observed; count the whole group, the absent too."
        )
    return group.staff if staff is None else staff


def _write(folder: Path, drawn: Drawn, sheet: str) -> None:
    """Write a plan's two files; a workbook that somebody may have filled is never overwritten."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"tally-{drawn.plan.office_code}"
    with TemporaryDirectory(dir=folder) as half:
        made = (Path(half) / f"{name}.html", Path(half) / f"{name}.xlsx")
        made[0].write_text(sheet, encoding="utf-8")
        write_workbook(made[1], drawn)
        for path in made:
            there = folder / path.name
            if there.exists() and there.read_bytes() != path.read_bytes():
                raise NotSampled(f"{there}: exists already, filled or of another plan; move it or give another --out.")
        for path in made:
            path.replace(folder / path.name)
