"""What can be ticked on a sheet: the kinds of work of a group, other work, break or absence. Never a person."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from dashboards.words.glossary import CHANNELS
from pipelines.sampling.group import Group
from pipelines.sampling.refusal import NotSampled
from sources.contract.vocabularies import Channel
from sources.town.mistakes import nearest
from sources.town.parameter_row import ALL
from sources.town.parameters import ChannelRule, Parameters, Service

OTHER: Final = "andere Arbeit"
AWAY: Final = "Pause oder abwesend"
BESIDES: Final = (OTHER, AWAY)
"""What stands on each sheet below the kinds of work, in this order."""
MOST_KINDS: Final = 24
"""As many lines of work as a page holds, and as anybody can tell apart in passing."""
PARTED_BY: Final = "/"


@dataclass(frozen=True)
class Kind:
    """Work on cases of one service, case type and intake channel; the type may be ``all``."""

    service_code: str
    case_type: str
    intake_channel: str

    @property
    def key(self) -> str:
        """How the sheet names it for the program; codes hold no slash."""
        return PARTED_BY.join((self.service_code, self.case_type, self.intake_channel))


@dataclass(frozen=True)
class Counted:
    """Cases of a cell in the published file; a case type nobody knows is None."""

    office_code: str
    service_code: str
    case_type: str | None
    intake_channel: str
    cases: int


def label(kind: Kind, services: dict[str, str]) -> str:
    """A kind of work as people say it."""
    parts = [services[kind.service_code]]
    if kind.case_type != ALL:
        parts.append(kind.case_type)
    return ", ".join([*parts, CHANNELS.get(kind.intake_channel, kind.intake_channel)])


def chosen(group: Group, codes: Sequence[str]) -> tuple[Service, ...]:
    """The group's services, or those of them that were named.

    Raises:
        NotSampled: when one is none of the group's, or there is none at all.
    """
    known = {service.service_code: service for service in group.services}
    for code in codes:
        if code not in known:
            raise NotSampled(f"'{code}' is no service of office '{group.office.office_code}'{nearest(code, known)}.")
    if not known:
        raise NotSampled(
            f"parameters/services.csv: no service names office '{group.office.office_code}'; name one that has some."
        )
    return tuple(service for service in group.services if not codes or service.service_code in codes)


def kinds_of(
    services: Sequence[Service], parameters: Parameters, published: Sequence[Counted] | None, least: int, day: dt.date
) -> tuple[list[Kind], int]:
    """The kinds of work of some services, in order, and how many that are published were left out as too rare.

    What the published file shows, where there is one; else each service on each channel that is open to it on the day.
    A service of which all cases have one type, or that has none, stands once for all types.

    Args:
        services: the services to be observed.
        parameters: the town's channels.
        published: cases of the group in the last twelve months, None without a published file.
        least: a kind of fewer cases is too rare.
        day: first day of the observation.

    Raises:
        NotSampled: when there are none, or more than a page holds.
    """
    if published is None:
        found, rare = [kind for service in services for kind in _possible(service, parameters.channels, day)], 0
    else:
        found, rare = _seen(services, published, least)
    named = ", ".join(service.service_code for service in services)
    if not found:
        raise NotSampled(
            f"No kind of work of {named} had {least} cases in the last twelve months; name services with more cases."
            if published is not None
            else f"parameters/channels.csv: no channel is open to {named} on {day}; list one that is valid then."
        )
    if len(found) > MOST_KINDS:
        raise NotSampled(
            f"{len(found)} kinds of work do not fit on a page, which holds {MOST_KINDS}; name some of the services "
            f"with --service ({named}), or leave case types out with --all-types."
        )
    return found, rare


def _possible(service: Service, rules: Iterable[ChannelRule], day: dt.date) -> list[Kind]:
    open_now = {
        rule.channel
        for rule in rules
        if rule.valid_from <= day <= (rule.valid_to or dt.date.max) and rule.channel is not Channel.UNKNOWN
    }
    if service.online_since is None or service.online_since > day:
        open_now.discard(Channel.ONLINE)
    return [Kind(service.service_code, ALL, channel) for channel in Channel if channel in open_now]


def _seen(services: Sequence[Service], published: Sequence[Counted], least: int) -> tuple[list[Kind], int]:
    types: dict[str, set[str | None]] = defaultdict(set)
    for cell in published:
        types[cell.service_code].add(cell.case_type)
    cases: dict[Kind, int] = defaultdict(int)
    for cell in published:
        case_type = cell.case_type if len(types[cell.service_code]) > 1 else ALL
        if case_type is not None and cell.intake_channel != Channel.UNKNOWN:
            cases[Kind(cell.service_code, case_type, cell.intake_channel)] += cell.cases
    order = {service.service_code: place for place, service in enumerate(services)}
    channels = list(Channel)
    asked = [kind for kind in cases if kind.service_code in order]
    kept = [kind for kind in asked if cases[kind] >= least]
    kept.sort(key=lambda kind: (order[kind.service_code], kind.case_type, channels.index(Channel(kind.intake_channel))))
    return kept, len(asked) - len(kept)
