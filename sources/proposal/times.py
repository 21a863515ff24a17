"""How a source writes its times, days and months: one form for all of each, and what a person should know of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from sources.contract.records import FieldKind, Record
from sources.proposal.fields import named_column
from sources.proposal.looks import Look
from sources.proposal.proposal import Answers, Proposal, Question

_DAYS: Final = (FieldKind.DAY, FieldKind.MONTH)


def settle_times(proposal: Proposal, looks: Mapping[str, Look], answers: Answers, records: tuple[Record, ...]) -> None:
    """Declare the form of days and months, then that of times; what is written in another way is not mapped."""
    days = [looks[name] for name in _named(proposal, looks, records, _DAYS)]
    if written := next((form for look in days for form in (*look.day_formats, *look.months)[:1]), None):
        proposal.options["date_format"] = written
    times = [looks[name] for name in _named(proposal, looks, records, (FieldKind.INSTANT,))]
    if not times:
        return
    form, beside = _common(times, answers.timestamp_format, proposal.options.get("date_format"))
    if form:
        proposal.options["timestamp_format"] = form
    if beside:
        proposal.options["date_format"] = beside
    if answers.timezone:
        proposal.options["timezone"] = answers.timezone
    _tell(proposal, answers, times, form)


def _tell(proposal: Proposal, answers: Answers, times: list[Look], form: str | None) -> None:
    """What a person should know, or decide, of these times."""
    leading = times[0]
    if answers.timestamp_format is None and leading.month_first:
        question = f"Is 01/02 in '{leading.name}' the first of February (%d first), or the second of January?"
        proposal.questions.append(
            Question("timestamp_format", "--timestamp-format", question, (form or "", leading.month_first), form)
        )
    proposal.notes.extend(
        f"'{look.name}' holds days in some rows and times in others; a day is read as its midnight."
        for look in times
        if look.has_days_and_times
    )
    if not answers.timezone and not leading.has_offset:
        proposal.notes.append(
            'Times have no offset and are read in the town\'s zone; say timezone = "…" if it is another.'
        )


def _named(
    proposal: Proposal, looks: Mapping[str, Look], records: tuple[Record, ...], kinds: tuple[FieldKind, ...]
) -> Iterator[str]:
    """The columns of such fields: those that are picked, then those whose names say so; the required first."""
    seen: set[str] = set()
    fields = [(record, field) for record in records for field in record.fields if field.kind in kinds]
    for record, field in sorted(fields, key=lambda owned: not owned[1].required):
        if field.name in proposal.columns:
            column = proposal.columns[field.name].column
        else:
            free = [look for name, look in looks.items() if name not in proposal.mapped]
            column = named_column(free, field, record.name)
        fitting = column is not None and (looks[column].is_time or (kinds == _DAYS and looks[column].months))
        if column is not None and fitting and column not in seen:
            seen.add(column)
            yield column


def _common(times: list[Look], said: str | None, declared: str | None) -> tuple[str | None, str | None]:
    """The form that reads most of the columns, None for ISO 8601; and that of days, where one is needed beside it."""
    forms = (said,) if said else times[0].time_formats or (None,)
    others = [declared] if declared else [None, *dict.fromkeys(days for look in times for days in look.day_formats)]
    pairs = [(form, days) for form in forms for days in others]

    def worth(pair: tuple[str | None, str | None]) -> tuple[int, int]:
        return sum(look.read_share(pair[0], days=pair[1]) >= look.enough for look in times), -pairs.index(pair)

    return max(pairs, key=worth)
