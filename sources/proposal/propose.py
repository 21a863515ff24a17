"""A mapping proposed for an unknown file: which column is which field, what is refused, and what only people can know.

Names decide first, then what stands in the columns. A guess that is not sure is a question. No value of the file is
shown but words of closed vocabularies.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sources.batches.protocol import Refused
from sources.contract.records import BUDGET_LINES, CASES, COSTS, COUNTS, EVENTS, POSTS, REMOVALS, FieldKind, Record
from sources.contract.records import Field as ContractField
from sources.proposal.budgets import find_budget
from sources.proposal.counted import COUNTED, find_counts, system_of
from sources.proposal.events import Pick, case_column, event_number, event_pair, time_column
from sources.proposal.fields import named_column, speaking_column
from sources.proposal.kinds import SYSTEMS, candidates, find_costs, records_of, refuse_posts_added_up
from sources.proposal.looks import Look, varies_within
from sources.proposal.meanings import meanings_of
from sources.proposal.names import rank
from sources.proposal.proposal import Answers, Proposal, Question, question_about
from sources.proposal.rehearsal import rehearse
from sources.proposal.sample import Sample, read_sample
from sources.proposal.times import settle_times
from sources.proposal.words import about_applicants, personal_word, spaced

_HALF: Final = 0.5
FLAGS: Final = {"case_ref": "--case", "activity": "--activity", "occurred_at": "--time", "received_at": "--time"}
WHAT: Final = {
    "case_ref": "Which column holds the case number?",
    "activity": "Which column says what happened?",
    "occurred_at": "Which column says when it happened?",
    "received_at": "Which column says when the application came?",
}
# What a whole file may share stands beside the columns.
_CONSTANTS: Final = ("measure", "kind", "direction")
_OFFICES: Final = "; list its words in parameters/offices.csv"
_LISTED: Final = {"service": "; list its words in parameters/services.csv", "office": _OFFICES, "unit": _OFFICES}


def propose(path: Path, answers: Answers | None = None, *, zone: str = "Europe/Berlin", today: dt.date) -> Proposal:
    """Propose a mapping for a file of which a person may have said something already.

    Raises:
        Refused: the file cannot be read, lacks a column that was named, or has a form that no mapping can name.
    """
    answers = answers or Answers()
    sample = read_sample(path, answers.case_object)
    looks = {name: Look(name, sample.frame[name], answers.timezone or zone, today) for name in sample.frame.columns}
    for column in answers.columns.values():
        _refuse_unknown(path, column, sample)
    proposal = Proposal(path.name, {"system": "case", "format": sample.format, **sample.options})
    proposal.notes.extend(sample.notes)
    if len(sample.case_objects) > 1 and answers.case_object is None:
        likely = sample.options["case_object"] if sample.is_case_sure else None
        sentence = "Which type of object is the case?"
        proposal.questions.append(Question("case_object", "--case-object", sentence, sample.case_objects, likely))
    said = {target: Pick(column, "as you said", True) for target, column in answers.columns.items()}
    proposal.columns = {target: pick for target, pick in said.items() if not target.startswith(COUNTED)}
    proposal.counts = {t.removeprefix(COUNTED): pick for t, pick in said.items() if t.startswith(COUNTED)}
    records, proposal.is_recognised = records_of(looks, answers)
    proposal.records = tuple(record.name for record in records)
    _find_what_it_needs(proposal, looks, records)
    settle_times(proposal, looks, answers, records)
    _find_others(proposal, looks, records)
    proposal.options["system"] = system_of(proposal) if records == (COUNTS,) else SYSTEMS.get(records[0].name, "case")
    _ask_for_the_rest(proposal, looks, records)
    _explain_the_rest(proposal, looks, sample, records)
    rehearse(path, proposal, zone, today)
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


def _find_what_it_needs(proposal: Proposal, looks: Mapping[str, Look], records: tuple[Record, ...]) -> None:
    """What makes a file the kind of record it is, beyond what the names of single columns say."""
    match records[0]:
        case kind if kind is EVENTS:
            _find_event(proposal, looks)
        case kind if kind is CASES:
            _find_case(proposal, looks)
        case kind if kind is BUDGET_LINES:
            find_budget(proposal, looks)
        case kind if kind is COUNTS:
            find_counts(proposal, looks)
        case kind if kind is COSTS:
            find_costs(proposal, looks)
        case kind if kind is POSTS:
            refuse_posts_added_up(proposal, looks)
        case kind if kind is REMOVALS:
            proposal.options["mode"] = "deletions"
            proposal.lines.append('of = "…"    # QUESTION: of which source does this list delete records?')
        case _:
            pass


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
    if case and (number := event_number(looks, case.column)) and "record_ref" not in proposal.columns:
        proposal.columns["record_ref"] = number


def _find_case(proposal: Proposal, looks: Mapping[str, Look]) -> None:
    """One row per case: its number, and when it came."""
    column = case_column(looks, None)
    case = proposal.columns.get("case_ref")
    if case is None and column is not None:
        case = Pick(column, "by its name", rank(column, "case_ref") is not None)
    _settle(proposal, "case_ref", case, looks)
    proposal.notes.append("Each case stands in one row, so that there are no steps between receipt and decision.")


def _settle(proposal: Proposal, target: str, pick: Pick | None, looks: Mapping[str, Look]) -> None:
    if pick is not None:
        proposal.columns[target] = pick
    if pick is None or not pick.is_sure:
        times = target.endswith("_at")
        choices = tuple(n for n, look in looks.items() if look.is_time == times and (times or not personal_word(n)))
        default = pick.column if pick else None
        proposal.questions.append(Question(target, FLAGS[target], WHAT[target], choices, default))


def _find_others(proposal: Proposal, looks: Mapping[str, Look], records: tuple[Record, ...]) -> None:
    """All further fields, each by the name of its column and only where its content fits."""
    # An event's own number is only proposed where it is one.
    settled = {"record_ref", *(("kind", "value") if proposal.counts else ())}
    for record in records:
        for target in record.fields:
            if not ({target.name} & settled or target.name in proposal.columns or target.needs_purpose):
                free = _free(proposal, looks, is_of_case=record is CASES and EVENTS in records)
                _find_by_name(proposal, free, target, record)
    targets = {target.name: target for record in records for target in record.fields}
    for name, pick in proposal.columns.items():
        if name in targets:
            _take_words(proposal, targets[name], looks[pick.column])
    numbers = [looks[pick.column] for name, pick in proposal.columns.items() if _is_amount(targets.get(name))]
    _settle_decimal(proposal, [*numbers, *(looks[pick.column] for pick in proposal.counts.values())])


def _find_by_name(proposal: Proposal, free: list[Look], target: ContractField, record: Record) -> None:
    form, days = (proposal.options.get(key) for key in ("timestamp_format", "date_format"))
    column, why = named_column(free, target, record.name, form, days), "by its name"
    if column is None and target.name == "channel":
        column, why = speaking_column(free, target), "by its words"
    if column is not None:
        proposal.columns[target.name] = Pick(column, why + _LISTED.get(target.name, ""), True)


def _free(proposal: Proposal, looks: Mapping[str, Look], *, is_of_case: bool) -> list[Look]:
    """Columns that are no field yet; for fields of a case those that differ within none."""
    free = [look for name, look in looks.items() if name not in proposal.mapped]
    return [look for look in free if _holds_for_the_case(proposal, looks, look)] if is_of_case else free


def _holds_for_the_case(proposal: Proposal, looks: Mapping[str, Look], look: Look) -> bool:
    """Whether a column says the same in all rows of a case: the due day of a step is not the case's."""
    case = proposal.columns.get("case_ref")
    return case is None or varies_within(looks[case.column].text, look.text) <= 1


def _take_words(proposal: Proposal, target: ContractField, look: Look) -> None:
    """What a column's words mean."""
    found = meanings_of(look, target)
    if found.known:
        proposal.values[target.name] = found.known
    if found.unknown:
        proposal.unknown_words[target.name] = found.unknown


def _is_amount(target: ContractField | None) -> bool:
    return target is not None and target.kind in (FieldKind.EURO, FieldKind.AMOUNT)


def _settle_decimal(proposal: Proposal, numbers: list[Look]) -> None:
    """The decimal sign that the amounts prove together; where it matters and nothing proves it, it is asked."""
    found = [look.notation for look in numbers]
    comma, point = (any(getattr(said, sign) is not None for said in found) for sign in ("comma", "point"))
    if comma != point:
        proposal.options["decimal"] = "," if comma else "."
    elif not comma and any(said.either is not None for said in found):
        sentence = 'decimal = ","    # QUESTION: is 1.250 a thousand and more (","), or little more than one (".")?'
        proposal.lines.append(sentence)


def _ask_for_the_rest(proposal: Proposal, looks: Mapping[str, Look], records: tuple[Record, ...]) -> None:
    """What the record cannot be without and no column is called."""
    asked = {question.about for question in proposal.questions}
    are_counted = proposal.counts or any(about.startswith(COUNTED) for about in asked)
    counted = {"kind", "value"} if are_counted else set()
    for target in records[0].fields:
        if not target.required or target.name in {*proposal.columns, *asked, *counted}:
            continue
        if target.name in _CONSTANTS:
            words = f": {' '.join(target.vocabulary)}" if target.vocabulary else ""
            sentence = f'{target.name} = "…"    # QUESTION: no column says it; which is it for all rows{words}?'
            proposal.lines.append(sentence)
            continue
        sentence = f"Which column is {target.name}, which {records[0].name} need?"
        proposal.questions.append(question_about(target.name, sentence, candidates(looks, target)))


def _explain_the_rest(
    proposal: Proposal, looks: Mapping[str, Look], sample: Sample, records: tuple[Record, ...]
) -> None:
    """Why each other column is not mapped: it looks personal, or there is no field for it."""
    for name, look in looks.items():
        if name in proposal.mapped or name in proposal.idle:
            continue
        why = None if about_applicants(name) or look.is_time else personal_word(name) or look.is_text_about_somebody
        if why is not None:
            proposal.refused[name] = why
            continue
        has_times = any(target.endswith("_at") for target in proposal.columns)
        proposal.idle[name] = _why_idle(look, proposal.options.get("timestamp_format"), has_times=has_times)
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
    is_called = any(rank(name, target.name, CASES.name) is not None for target in CASES.fields)
    return is_called and "case_ref" in proposal.columns and not _holds_for_the_case(proposal, looks, look)


def _why_idle(look: Look, form: str | None, *, has_times: bool) -> str:
    """Why a column has no field, as far as there is more to say than that."""
    if purpose := about_applicants(look.name):
        return f"tells about applicants ({purpose}), which needs a registered [[purpose]]"
    if look.is_epoch:
        return "counts from 1970; have times exported as text"
    if look.is_time and has_times and look.read_share(form) < look.enough:
        return "its times are written in another way"
    if look.months:
        return "holds months, and no field here is a month"
    return ""
