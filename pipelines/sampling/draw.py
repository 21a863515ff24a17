"""A plan for one group of a town: its days, its open minutes, its kinds of work, its rounds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.sampling import plan as plans
from pipelines.sampling.group import Group
from pipelines.sampling.kinds import Counted, Kind, chosen, kinds_of, label
from pipelines.sampling.opening import FARTHEST, Opening
from pipelines.sampling.plan import Plan, Wish
from sources.town.folder import Town


@dataclass(frozen=True)
class Drawn:
    """A plan, and how its sheet names things.

    Attributes:
        plan: what is drawn.
        office_name: the office as people call it.
        labels: the kinds of work as people say them, in the plan's order.
        left_out: kinds of work the published file shows, too rare for a line.
    """

    plan: Plan
    office_name: str
    labels: tuple[str, ...]
    left_out: int


def draw(
    town: Town,
    group: Group,
    codes: Sequence[str],
    first: dt.date,
    days: int,
    wish: Wish,
    published: Sequence[Counted] | None,
) -> Drawn:
    """Draw the rounds of a group.

    Args:
        town: the town.
        group: who is observed.
        codes: services to be told apart, all of the group when empty.
        first: the first day that may be drawn.
        days: how many open days.
        wish: error, staff and seed.
        published: the group's cases of the last twelve months, None without a published file.

    Raises:
        NotSampled: with what stands in the way.
    """
    services = chosen(group, codes)
    kinds, left_out = kinds_of(services, town.parameters, published, town.privacy.min_cases, first)
    code = group.office.office_code
    opening = Opening(town, code, first + dt.timedelta(days=FARTHEST))
    open_days = opening.days(first, days)
    minutes = opening.minutes(open_days)
    rounds = plans.local_rounds(plans.drawn(minutes, wish, code), town.zone)
    error = f"{float(wish.error):g}"
    plan = Plan(
        town.setting.name, code, tuple(kind.key for kind in kinds), open_days[0], open_days[-1], len(open_days),
        len(minutes), error, wish.staff, wish.seed, rounds,
    )  # fmt: skip
    return Drawn(plan, group.office.office_name, labels_of(kinds, town), left_out)


def labels_of(kinds: Sequence[Kind], town: Town) -> tuple[str, ...]:
    """The kinds of work as the town's people say them."""
    names = {service.service_code: service.service_name for service in town.parameters.services}
    return tuple(label(kind, names) for kind in kinds)
