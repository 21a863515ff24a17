"""A proposal read as a delivery would be: what reader, door or guard would refuse of its own file is settled here.

Nothing lands. What a person must decide becomes a line of the proposal; a field that would stop the delivery is left
out, with the reason.
"""

from __future__ import annotations

import datetime as dt
import secrets
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Final

import polars as pl
from pydantic import ValidationError

from sources.batches.control_row import summed_columns
from sources.batches.footers import patterns_of_footers
from sources.batches.protocol import Batch, Refused
from sources.batches.totals import patterns_of_totals
from sources.connectors.apart import read_batches
from sources.contract.pseudonyms import KEY_BYTES, Key
from sources.contract.records import EVENTS, FIELDS
from sources.door.admitted import Admitted, commonest_reasons, reasons
from sources.door.door import Door
from sources.door.units import Units
from sources.landing.profile import MOST_QUARANTINED, MOST_UNKNOWN, MOST_VARIETY, RECURRING_CODES, variety
from sources.landing.typical_size import ENOUGH_TO_TELL
from sources.proposal.events import Pick
from sources.proposal.proposal import Proposal
from sources.proposal.toml import toml_of
from sources.town.rows import ControlRow, Where
from sources.town.source import Source
from sources.values.spelling import trimmed

# Of a huge file its beginning does.
MOST_BATCHES: Final = 4
MOST_TURNS: Final = 12
MOST_PARTS: Final = 8


def rehearse(path: Path, proposal: Proposal, zone: str, today: dt.date) -> None:
    """Take out of a proposal what would stop its own file, and say what only a person can decide."""
    _take_control(path, proposal, zone, today)
    for _ in range(MOST_TURNS):
        source = _source(proposal)
        if source is None:
            return
        try:
            admitted = _admitted(path, source, zone, today)
        except Refused as refusal:
            if not _settled(path, source, proposal, refusal, zone, today):
                return
        else:
            if not _passes(proposal, admitted):
                continue
            return


def _take_control(path: Path, proposal: Proposal, zone: str, today: dt.date) -> None:
    """The last row as control row, where it is called a total and all others add up to it."""
    source = _source(proposal)
    if source is None or proposal.control or proposal.where or not summed_columns(source):
        return
    frames = [batch.frame for batch in _batches_read(path, source) if batch.frame.height]
    for column in source.mapped_columns if frames else ():
        if frames[-1][column].dtype != pl.String or column in summed_columns(source):
            continue
        word = trimmed(frames[-1][column])[-1]
        # Of the row only the word itself is shown.
        if word is None or patterns_of_totals(pl.Series([word])) != (word,):
            continue
        proposal.control = ControlRow(column=column, value=word)
        with suppress(Refused):
            if (controlled := _source(proposal)) and _admitted(path, controlled, zone, today):
                proposal.notes.append(f"The last row holds the totals; all others add up to it, see '{column}'.")
                return
        proposal.control = None


def _source(proposal: Proposal) -> Source | None:
    """The proposal as it would be copied; None while a person has to complete it."""
    try:
        return Source.model_validate(tomllib.loads(toml_of(proposal, "rehearsed"))["source"][0])
    except ValidationError:
        return None


def _admitted(path: Path, source: Source, zone: str, today: dt.date) -> Admitted:
    # Nothing is kept of what is admitted here, so any key will do.
    door = Door(source, zone, Units(None), Key(secrets.token_bytes(KEY_BYTES)), today)
    for batch in _beginning(path, source):
        door.take(batch)
    return door.close()


def _beginning(path: Path, source: Source) -> Iterator[Batch]:
    yield from islice(read_batches(path, source), MOST_BATCHES + 1)


def _settled(path: Path, source: Source, proposal: Proposal, refusal: Refused, zone: str, today: dt.date) -> bool:
    """Whether something was changed on which the file may be taken; else the refusal is told."""
    match refusal.reason_code:
        case "totals_as_rows" if (found := _totals(path, source)) and _fits(proposal, found):
            proposal.where = _where(proposal, found)
            proposal.notes.append(f"Rows that sum up others are set aside by '{found[0]}'.")
            return True
        case "footers_as_rows" if (
            found := patterns_of_footers(source, [batch.frame for batch in _batches_read(path, source)])
        ) and _fits(proposal, found):
            proposal.where = _where(proposal, found)
            proposal.notes.append(f"Notes of the list, such as a count or a day, are set aside by '{found[0]}'.")
            return True
        case "two_notations" if "decimal" in proposal.options:
            del proposal.options["decimal"]
            return True
        case "same_key" if proposal.columns.pop("record_ref", None):
            return True
        case "same_key" if "part_ref" in {field.name for field in source.records[0].fields}:
            return _told_apart(path, proposal, zone, today)
        case _:
            proposal.notes.append(f"As it stands the file would be refused: {refusal.sentence}")
            return False


def _fits(proposal: Proposal, found: tuple[str, tuple[str, ...]]) -> bool:
    """Whether rows can be set aside beside those that are already, by the same column."""
    return proposal.where is None or (proposal.where.column == found[0] and not {*found[1]} <= {*proposal.where.drop})


def _where(proposal: Proposal, found: tuple[str, tuple[str, ...]]) -> Where:
    declared = proposal.where.drop if proposal.where is not None else ()
    return Where(column=found[0], drop=tuple(dict.fromkeys((*declared, *found[1]))))


def _told_apart(path: Path, proposal: Proposal, zone: str, today: dt.date) -> bool:
    """Whether a column that is not mapped tells rows apart which share a key; else it is asked whether they add up."""
    if "part_ref" in proposal.columns:
        return False
    shared = "Several rows have one key"
    for column in sorted(proposal.idle, key=lambda name: proposal.idle[name] != "")[:MOST_PARTS]:
        proposal.columns["part_ref"] = Pick(column, "tells rows of one key apart", True)
        source = _source(proposal)
        try:
            if source is not None and _admitted(path, source, zone, today):
                del proposal.idle[column]
                proposal.notes.append(f"{shared}, and '{column}' tells them apart.")
                return True
        except Refused:
            continue
    proposal.columns.pop("part_ref", None)
    proposal.lines.append("same_key_adds_up = true    # QUESTION: several rows have one key: do they add up?")
    return False


def _totals(path: Path, source: Source) -> tuple[str, tuple[str, ...]] | None:
    """The column in which totals are called so, and the words to drop."""
    frames = [batch.frame for batch in _batches_read(path, source)]
    frame = pl.concat(frames, how="vertical_relaxed") if frames else pl.DataFrame()
    for column in source.mapped_columns:
        if (
            column in frame.columns
            and frame[column].dtype == pl.String
            and (words := patterns_of_totals(frame[column]))
        ):
            return column, words
    return None


def _batches_read(path: Path, source: Source) -> Iterator[Batch]:
    """What is read before the refusal."""
    try:
        yield from _beginning(path, source)
    except Refused:
        return


def _passes(proposal: Proposal, admitted: Admitted) -> bool:
    """Whether the guard would let it pass; else a field is taken out, or the reason is told."""
    if admitted.rows_quarantined > MOST_QUARANTINED * admitted.rows_read and not _without_unreadable(
        proposal, admitted
    ):
        proposal.notes.append(
            f"{admitted.rows_quarantined:,} of {admitted.rows_read:,} rows cannot be taken: "
            f"{commonest_reasons(admitted.quarantine)}; name other columns, or how they are written."
        )
        return True
    if admitted.rows_quarantined > MOST_QUARANTINED * admitted.rows_read:
        return False
    return _codes_recur(proposal, admitted) and _channels_are_known(proposal, admitted)


def _without_unreadable(proposal: Proposal, admitted: Admitted) -> bool:
    """Whether a field that need not be there was taken out, because most of its values cannot be read."""
    for column, reason, rows in reasons(admitted.quarantine).rows():
        fields = [name for name, pick in proposal.columns.items() if column in pick.columns]
        if not fields or rows <= MOST_QUARANTINED * admitted.rows_read / 2:
            continue
        if any(one.required and record.name in proposal.records for f in fields for record, one in FIELDS.get(f, ())):
            continue
        for field in fields:
            _leave_out(proposal, field, f"{reason} in {rows:,} rows")
        return True
    return False


def _codes_recur(proposal: Proposal, admitted: Admitted) -> bool:
    records = admitted.records
    for kind, column, enough in (*RECURRING_CODES, (EVENTS.name, "activity", ENOUGH_TO_TELL)):
        name = next((n for n, owners in FIELDS.items() for r, f in owners if r.name == kind and f.column == column), "")
        if kind not in records or name not in proposal.columns:
            continue
        if variety(records[kind].select(column).lazy(), enough) <= MOST_VARIETY:
            continue
        if name == "activity":
            proposal.notes.append(
                f"'{proposal.columns[name].column}' hardly repeats itself, as no activity does: the guard will stop "
                "it, name the column that says what happened with --activity."
            )
            return True
        _leave_out(proposal, name, "hardly repeats itself, as no code does: the guard would stop it")
        return False
    return True


def _channels_are_known(proposal: Proposal, admitted: Admitted) -> bool:
    cases = admitted.records.get("cases")
    if cases is None or "channel" not in proposal.columns:
        return True
    known = cases["intake_channel"].drop_nulls()
    if not known.len() or int((known == "unknown").sum()) <= MOST_UNKNOWN * known.len():
        return True
    _leave_out(proposal, "channel", "says nothing of most cases that is known: the guard would stop it")
    return False


def _leave_out(proposal: Proposal, field: str, why: str) -> None:
    """A field is not mapped after all."""
    pick = proposal.columns.pop(field)
    proposal.idle[pick.column] = why
    proposal.values.pop(field, None)
    proposal.unknown_words.pop(field, None)
