"""Who may be observed: the staff of an office together, never fewer than the town's threshold, never one person."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.sampling.refusal import NotSampled
from sources.door.units import Units
from sources.town.folder import Town
from sources.town.mistakes import nearest
from sources.town.parameters import Office, Service


@dataclass(frozen=True)
class Group:
    """The staff of an office and of the small offices that merge into it.

    Attributes:
        office: the office that gives the group its name.
        members: the codes of all its offices, the office's own among them.
        services: what they work on.
        staff: how many people there are at least.
    """

    office: Office
    members: frozenset[str]
    services: tuple[Service, ...]
    staff: int


def group_of(town: Town, office_code: str) -> Group:
    """The group of an office.

    Raises:
        NotSampled: when the office is not listed, or has too few people to be observed.
    """
    offices = {office.office_code: office for office in town.parameters.offices}
    office = offices.get(office_code)
    if office is None:
        raise NotSampled(f"parameters/offices.csv: '{office_code}' is not listed{nearest(office_code, offices)}.")
    units = Units(town)
    if not town.privacy.thresholds_off and (office.staff_at_least or 0) < town.privacy.staff_threshold:
        raise NotSampled(_too_small(town, office, units))
    members = frozenset(code for code in offices if units.settle(code).code == office_code)
    services = tuple(service for service in town.parameters.services if service.office_code in members)
    return Group(office, members, services, max(office.staff_at_least or 1, 1))


def groups(town: Town) -> tuple[list[Group], list[str]]:
    """All groups with services that may be observed, and one sentence per office with services that may not."""
    found: list[Group] = []
    refused: list[str] = []
    units = Units(town)
    in_charge = {service.office_code for service in town.parameters.services}
    for code in dict.fromkeys(units.settle(code).code or code for code in sorted(in_charge)):
        try:
            found.append(group_of(town, code))
        except NotSampled as reason:
            refused += reason.sentences
    return found, refused


def _too_small(town: Town, office: Office, units: Units) -> str:
    least = town.privacy.staff_threshold
    parent = units.settle(office.office_code).code
    if office.staff_at_least is None:
        what = f"the staff of '{office.office_code}' is unknown, which counts as fewer than {least}"
        parent = office.parent_office_code
    else:
        what = f"'{office.office_code}' has {office.staff_band} people, fewer than {least}"
    out = (
        f"observe it together with its parent, --office {parent}"
        if parent and parent != office.office_code
        else "name a larger parent_office_code and observe that"
    )
    known = "write its staff_band, or " if office.staff_at_least is None else ""
    return f"parameters/offices.csv: {what}, so nobody there may be observed; {known}{out}."
