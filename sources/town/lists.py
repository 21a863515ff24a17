"""Which parameter file lists the codes of a field, and which it lists: what a town wrote down is nobody's name."""

from __future__ import annotations

from typing import Final

from sources.town.parameter_row import ALL
from sources.town.parameters import Parameters

LIST_OF: Final = {
    "activity": "activities",
    "service": "services",
    "office": "offices",
    "served_office": "offices",
    "unit": "offices",
}
"""Fields with a file of their own; those of all others stand in codes.csv."""


def list_of(field: str) -> str:
    """The name of the parameter file that lists a field's codes, without its ending."""
    return LIST_OF.get(field, "codes")


def listed_codes(parameters: Parameters, field: str) -> frozenset[str]:
    """The codes of a field that the town has written down."""
    match list_of(field):
        case "activities":
            return frozenset(row.activity for row in parameters.activities)
        case "services":
            return frozenset(row.service_code for row in parameters.services)
        case "offices":
            return frozenset(row.office_code for row in parameters.offices)
        case _:
            costed = (row.case_type for row in parameters.processing_minutes if row.case_type != ALL)
            also = frozenset(costed) if field == "case_type" else frozenset[str]()
            return also | frozenset(row.code for row in parameters.codes if row.field == field)
