"""Which kind of record an unknown file holds: the names of its columns tell, and what stands in them must fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from sources.batches.protocol import Refused
from sources.contract.records import (
    BUDGET_LINES,
    CASES,
    COSTS,
    COUNTS,
    DOCUMENTS,
    EVENTS,
    POSTS,
    RECORDS,
    REMOVALS,
    SCAN_BATCHES,
    SCAN_QC,
    SCANS,
    SUBMISSIONS,
    Field,
    Record,
)
from sources.proposal.amounts import Role, amounts_of
from sources.proposal.budgets import is_budget
from sources.proposal.counted import are_counts
from sources.proposal.events import Pick, case_column, case_times
from sources.proposal.fields import fits, named_column
from sources.proposal.looks import NEARLY_ALL, Look
from sources.proposal.names import rank
from sources.proposal.proposal import Answers, Proposal

SYSTEMS: Final = {
    SCANS.name: "scan", SCAN_BATCHES.name: "scan", SCAN_QC.name: "scan", BUDGET_LINES.name: "finance",
    COSTS.name: "finance", POSTS.name: "posts", SUBMISSIONS.name: "portal",
}  # fmt: skip
# Told by the names of all columns they need; a submission also by what only forms have.
_NAMED_KINDS: Final = (SCANS, SCAN_BATCHES, SCAN_QC, POSTS, DOCUMENTS, SUBMISSIONS, COSTS)
_ONLY_OF_FORMS: Final = ("submitted_at", "aborted_step")
_NUMBERS: Final = ("document_ref", "case_ref", "submission_ref", "record_ref")
_MOST_FTE: Final = 2
_FEW: Final = 0.2
BY_NAME: Final = {record.name: record for record in RECORDS}


def records_of(looks: Mapping[str, Look], answers: Answers) -> tuple[tuple[Record, ...], bool]:
    """The kinds of record the file seems to hold, and whether anything but a guess says so."""
    if answers.record is not None:
        record = BY_NAME[answers.record]
        return ((EVENTS, CASES) if record is EVENTS else (record,)), True
    # Who names the columns of a step says that these are steps.
    if not {"case_ref", "activity"} & answers.columns.keys():
        found = next((kind for kind in _NAMED_KINDS if _has_all(looks, kind)), None)
        if found is None and _is_list_of_removals(looks):
            found = REMOVALS
        if found is None and not _names_steps(looks):
            found = _finance_or_counts(looks)
        if found is not None:
            return (found,), True
    return _of_a_log(looks, answers)


def _of_a_log(looks: Mapping[str, Look], answers: Answers) -> tuple[tuple[Record, ...], bool]:
    said = bool({"case_ref", "activity"} & answers.columns.keys())
    if "activity" not in answers.columns and (found := case_column(looks, answers.columns.get("case_ref"))):
        only_once = looks[found].variety > NEARLY_ALL and looks[found].filled.len() > 1
        if only_once and {"received_at", "closed_at"} & case_times(looks).keys():
            return (CASES,), said or rank(found, "case_ref") is not None
    has_time = "occurred_at" in answers.columns or any(look.is_time for look in looks.values())
    named = any(rank(name, field) is not None for name in looks for field in ("case_ref", "activity"))
    return (EVENTS, CASES), said or (has_time and named)


def _has_all(looks: Mapping[str, Look], record: Record) -> bool:
    needed = [field for field in record.fields if field.required or field.name in record.announced_by]
    if record is SUBMISSIONS and not any(rank(name, field) is not None for name in looks for field in _ONLY_OF_FORMS):
        return False
    return all(named_column(looks.values(), field, record.name) for field in needed)


def _is_list_of_removals(looks: Mapping[str, Look]) -> bool:
    fields = {field.name: field for field in REMOVALS.fields}
    removed = named_column(looks.values(), fields["removed_at"], REMOVALS.name)
    return removed is not None and any(
        named_column(looks.values(), fields[number], REMOVALS.name) for number in _NUMBERS if number in fields
    )


def _names_steps(looks: Mapping[str, Look]) -> bool:
    """Whether the names tell a case, a step and a time: then amounts among them are the case's."""
    named = {field: any(rank(name, field) is not None for name in looks) for field in ("case_ref", "activity")}
    return all(named.values()) and any(look.is_time for look in looks.values())


def _finance_or_counts(looks: Mapping[str, Look]) -> Record | None:
    if is_plan_of_posts(looks):
        return POSTS
    if are_costs(looks):
        return COSTS
    if is_budget(looks) and not are_counts(looks):
        return BUDGET_LINES
    return COUNTS if are_counts(looks) else None


def are_costs(looks: Mapping[str, Look]) -> bool:
    """Whether the columns are those of costs: amounts of a month or a booking, for a measure, a contract or a bill."""
    has_month = named_column(looks.values(), _field(COSTS, "month"), COSTS.name) is not None
    named = [f for f in ("measure", "cost_item", "booking_ref") if _named(looks.values(), COSTS, f)]
    return has_month and bool(named) and bool(amounts_of(looks.values())) and not _has_all(looks, DOCUMENTS)


def is_plan_of_posts(looks: Mapping[str, Look]) -> bool:
    """Whether the columns are those of a plan of posts: grades, and posts or parts of them."""
    has_grade = _named(looks.values(), POSTS, "grade") is not None
    has_fte = _named(looks.values(), POSTS, "fte") is not None
    posts = any("stelle" in name.casefold() and look.is_number for name, look in looks.items())
    return has_grade and (has_fte or posts)


def find_costs(proposal: Proposal, looks: Mapping[str, Look]) -> None:
    """The amounts of costs, and their kind, whose words only the town knows."""
    amounts = [amount for amount in amounts_of(looks.values()) if amount.column not in proposal.mapped]
    for field, roles in (("plan_eur", (Role.PLAN,)), ("actual_eur", (Role.ACTUAL, Role.BARE))):
        for role in roles:
            found = [amount.column for amount in amounts if amount.role is role]
            if field not in proposal.columns and len(found) == 1:
                proposal.columns[field] = Pick(found[0], "by its name", True)
    kind = min((name for name in looks if _kind_rank(name) is not None), key=lambda n: _kind_rank(n) or 0, default=None)
    if kind is not None and "kind" not in proposal.columns:
        proposal.columns["kind"] = Pick(kind, "by its name", True)


def refuse_posts_added_up(proposal: Proposal, looks: Mapping[str, Look]) -> None:
    """Refuse a plan that counts posts by grade: of single posts it tells nothing.

    Raises:
        Refused: no column numbers the posts, or a row holds several.
    """
    fte = _named(looks.values(), POSTS, "fte")
    sizes = looks[fte].known.str.replace(",", ".", literal=True).cast(float, strict=False) if fte else None
    many = sizes is not None and sizes.len() and int((sizes > _MOST_FTE).sum()) > _FEW * sizes.len()
    if many or _named(looks.values(), POSTS, "post") is None:
        raise Refused(
            "posts_added_up",
            f"{proposal.file}: is a plan of posts that adds them up; a post is one row: have the export write a row "
            "per post with its number (Stellennummer), its grade and its part of a full post (VZÄ).",
        )


def _named(looks: Iterable[Look], record: Record, field: str) -> str | None:
    return named_column(looks, _field(record, field), record.name)


def _field(record: Record, name: str) -> Field:
    return next(field for field in record.fields if field.name == name)


def _kind_rank(name: str) -> int | None:
    return rank(name, "kind", COSTS.name)


def candidates(looks: Mapping[str, Look], field: Field) -> tuple[str, ...]:
    """The columns that could be a field by what stands in them."""
    return tuple(name for name, look in looks.items() if fits(look, field))
