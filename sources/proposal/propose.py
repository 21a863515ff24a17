"""A mapping proposed for an unknown file: which column is which field, what is refused, and what only people can know.

Names decide first, then what stands in the columns. A guess that is not sure is a question. Nothing is read but the
file's beginning, and no value of it is shown but words of closed vocabularies.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sources.batches.protocol import Refused
from sources.contract.records import (
    BUDGET_LINES,
    CASES,
    DOCUMENTS,
    EVENTS,
    POSTS,
    SCAN_BATCHES,
    SCANS,
    SUBMISSIONS,
    FieldKind,
    Record,
)
from sources.contract.records import Field as ContractField
from sources.proposal.events import Pick, case_column, case_times, event_pair, time_column
from sources.proposal.fields import named_column, speaking_column
from sources.proposal.looks import NEARLY_ALL, Look, varies_within
from sources.proposal.meanings import meanings_of
from sources.proposal.proposal import Answers, Proposal, Question
from sources.proposal.sample import Sample, read_sample
from sources.proposal.words import about_applicants, personal_word, rank, spaced

SYSTEMS: Final = {
    SCANS.name: "scan", SCAN_BATCHES.name: "scan", BUDGET_LINES.name: "finance", POSTS.name: "posts",
    SUBMISSIONS.name: "portal", DOCUMENTS.name: "mail",
}  # fmt: skip
# Distinguished from events by the names of all columns they need.
_NAMED_KINDS: Final = (SCANS, SCAN_BATCHES, BUDGET_LINES, POSTS, DOCUMENTS, SUBMISSIONS)
_HALF: Final = 0.5
FLAGS: Final = {"case_ref": "--case", "activity": "--activity", "occurred_at": "--time", "received_at": "--time"}
WHAT: Final = {
    "case_ref": "Which column holds the case number?",
    "activity": "Which column says what happened?",
    "occurred_at": "Which column says when it happened?",
    "received_at": "Which column says when the application came?",
}


def propose(path: Path, answers: Answers | None = None, *, zone: str = "Europe/Berlin", today: dt.date) -> Proposal:
    """Propose a mapping for a file of which a person may have said something already.

    Raises:
        Refused: the file cannot be read, or lacks a column that was named.
    """
    answers = answers or Answers()
    sample = read_sample(path, answers.case_object)
    looks = {name: Look(name, sample.frame[name], answers.timezone or zone, today) for name in sample.frame.columns}
    for column in answers.columns.values():
        _refuse_unknown(path, column, sample)
    proposal = Proposal(path.name, {"system": "case", "format": sample.format, **sample.options})
    if sample.case_objects and answers.case_object is None:
        likely = sample.options["case_object"]
        sentence = "Which type of object is the case?"
        proposal.questions.append(Question("case_object", "--case-object", sentence, sample.case_objects, likely))
    proposal.columns = {target: Pick(column, "as you said", True) for target, column in answers.columns.items()}
    records = _records(looks, answers)
    proposal.options["system"] = SYSTEMS.get(records[0].name, "case")
    if records == (EVENTS, CASES):
        _find_event(proposal, looks)
    elif records == (CASES,):
        _find_case(proposal, looks)
    _settle_times(proposal, looks, answers)
    _find_others(proposal, looks, records)
    _explain_the_rest(proposal, looks, sample, records)
    return proposal


def source_name(file: str) -> str:
    """A name for a source, made from a file's."""
    plain = re.sub(r"[^a-z0-9]+", "-", spaced(file.split(".")[0])).strip("-")
    return re.sub(r"^[^a-z]+", "", plain)[:40].rstrip("-") or "source"


def _refuse_unknown(path: Path, column: str, sample: Sample) -> None:
    if column in sample.frame.columns:
        return
    close = difflib.get_close_matches(column, sample.frame.columns, n=1, cutoff=_HALF)
    hint = f"; the nearest is '{close[0]}'" if close else ""
    stands = "stands twice" if column in sample.twice else "is not there"
    raise Refused("column_missing", f"{path.name}: column '{column}' {stands}{hint}.")


def _records(looks: Mapping[str, Look], answers: Answers) -> tuple[Record, ...]:
    """The kinds of record the file seems to hold."""
    for record in _NAMED_KINDS:
        needed = {f for f in record.fields if f.required or f.name in record.announced_by}
        if not answers.columns and all(named_column(looks.values(), f) for f in needed):
            return (record,)
    if "activity" not in answers.columns and (found := case_column(looks, answers.columns.get("case_ref"))):
        only_once = looks[found].variety > NEARLY_ALL and looks[found].filled.len() > 1
        if only_once and case_times(looks):
            return (CASES,)
    return (EVENTS, CASES)


def _find_event(proposal: Proposal, looks: Mapping[str, Look]) -> None:
    """Case number, activity and time: without them there is no event."""
    mapped = {target: pick.column for target, pick in proposal.columns.items()}
    case, activity = event_pair(looks, mapped.get("case_ref"), mapped.get("activity"))
    taken = {pick.column for pick in (case, activity) if pick} | set(mapped.values())
    occurred = proposal.columns.get("occurred_at") or time_column(looks, taken)
    for target, pick in (("case_ref", case), ("activity", activity), ("occurred_at", occurred)):
        _settle(proposal, target, pick, looks)
    if case and activity and varies_within(looks[case.column].text, looks[activity.column].text) <= 1:
        proposal.notes.append("In the rows that were looked at no case has two different activities.")


def _find_case(proposal: Proposal, looks: Mapping[str, Look]) -> None:
    """One row per case: its number, and when it came."""
    column = case_column(looks, None)
    case = proposal.columns.get("case_ref") or (Pick(column, "by its name", True) if column else None)
    _settle(proposal, "case_ref", case, looks)
    proposal.notes.append("Each case stands in one row, so that there are no steps between receipt and decision.")


def _settle(proposal: Proposal, target: str, pick: Pick | None, looks: Mapping[str, Look]) -> None:
    if pick is not None:
        proposal.columns[target] = pick
    if pick is None or not pick.is_sure:
        times = target.endswith("_at")
        choices = tuple(name for name, look in looks.items() if look.is_time == times)
        default = pick.column if pick else None
        proposal.questions.append(Question(target, FLAGS[target], WHAT[target], choices, default))


def _settle_times(proposal: Proposal, looks: Mapping[str, Look], answers: Answers) -> None:
    """How the source writes its times: one format for all of them."""
    of_event = [pick.column for target, pick in proposal.columns.items() if target == "occurred_at"]
    of_scan = [column for field in SCANS.fields if (column := named_column(looks.values(), field))]
    times = [*of_event, *case_times(looks).values(), *(column for column in of_scan if looks[column].is_time)]
    leading = looks[times[0]] if times else None
    form = answers.timestamp_format or (leading.time_format if leading else None)
    if form:
        proposal.options["timestamp_format"] = form
    if leading is None:
        return
    if answers.timestamp_format is None and leading.month_first:
        question = f"Is 01/02 in '{leading.name}' the first of February (%d first), or the second of January?"
        proposal.questions.append(
            Question("timestamp_format", "--timestamp-format", question, (form or "", leading.month_first), form)
        )
    if answers.timezone:
        proposal.options["timezone"] = answers.timezone
    elif not leading.has_offset:
        proposal.notes.append(
            'Times have no offset and are read in the town\'s zone; say timezone = "…" if it is another.'
        )


def _find_others(proposal: Proposal, looks: Mapping[str, Look], records: tuple[Record, ...]) -> None:
    """All further fields, each by the name of its column and only where its content fits."""
    for record in records:
        for target in record.fields:
            free = _free(proposal, looks, is_of_case=record is CASES and EVENTS in records)
            if target.name in proposal.columns or target.needs_purpose:
                continue
            column = named_column(free, target, proposal.options.get("timestamp_format"))
            why = "by its name"
            if column is None and target.name == "channel":
                column, why = speaking_column(free, target), "by its words"
            if column is not None:
                proposal.columns[target.name] = Pick(column, why, True)
    targets = {target.name: target for record in records for target in record.fields}
    for name, pick in proposal.columns.items():
        if name in targets:
            _take_words(proposal, targets[name], looks[pick.column])


def _free(proposal: Proposal, looks: Mapping[str, Look], *, is_of_case: bool) -> list[Look]:
    """Columns that are no field yet; for fields of a case those that differ within none."""
    used = {pick.column for pick in proposal.columns.values()}
    free = [look for name, look in looks.items() if name not in used]
    return [look for look in free if _holds_for_the_case(proposal, looks, look)] if is_of_case else free


def _holds_for_the_case(proposal: Proposal, looks: Mapping[str, Look], look: Look) -> bool:
    """Whether a column says the same in all rows of a case: the due day of a step is not the case's."""
    case = proposal.columns.get("case_ref")
    return case is None or varies_within(looks[case.column].text, look.text) <= 1


def _take_words(proposal: Proposal, target: ContractField, look: Look) -> None:
    """What a column's words mean, and how it writes amounts and days."""
    found = meanings_of(look, target)
    if found.known:
        proposal.values[target.name] = found.known
    if found.unknown:
        proposal.unknown_words[target.name] = found.unknown
    if target.kind in (FieldKind.EURO, FieldKind.AMOUNT) and look.is_german_amount:
        proposal.options["decimal"] = ","
    if target.kind in (FieldKind.DAY, FieldKind.MONTH) and look.time_format:
        proposal.options.setdefault("date_format", look.time_format)


def _explain_the_rest(
    proposal: Proposal, looks: Mapping[str, Look], sample: Sample, records: tuple[Record, ...]
) -> None:
    """Why each other column is not mapped: it looks personal, or there is no field for it."""
    used = {pick.column for pick in proposal.columns.values()}
    for name, look in looks.items():
        if name in used:
            continue
        why = None if about_applicants(name) else personal_word(name) or look.is_text_about_somebody
        if why is not None:
            proposal.refused[name] = why
            continue
        proposal.idle[name] = _why_idle(look, proposal.options.get("timestamp_format"))
        if look.is_lifecycle and look.distinct > 1 and EVENTS in records:
            proposal.options |= {"lifecycle": name} if sample.format != "xes" else {}
            proposal.idle[name] = "says what began and what ended: both are one step"
        elif _is_of_steps(name, look, proposal, looks):
            proposal.idle[name] = "differs within a case, so that it is no field of the case"
    proposal.idle |= dict.fromkeys(sample.twice, "stands twice in the header")
    if not sample.has_header:
        proposal.notes.append("The file seems to have no header; correct the names in header = […].")


def _is_of_steps(name: str, look: Look, proposal: Proposal, looks: Mapping[str, Look]) -> bool:
    """Whether a column is called like a field of the case but differs within it."""
    is_called = any(rank(name, target.name) is not None for target in CASES.fields)
    return is_called and not _holds_for_the_case(proposal, looks, look)


def _why_idle(look: Look, form: str | None) -> str:
    """Why a column has no field, as far as there is more to say than that."""
    if purpose := about_applicants(look.name):
        return f"tells about applicants ({purpose}), which needs a registered [[purpose]]"
    if look.is_epoch:
        return "counts from 1970; have times exported as text"
    if look.is_time and look.read_share(form) < NEARLY_ALL:
        return "its times are written in another way"
    return ""
