"""What a person says about an unknown file on the command line: its kind of record, and columns by field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

import typer

from pipelines.run.outcome import Exit, Stop
from sources.contract.records import FIELDS
from sources.contract.vocabularies import CountKind, words
from sources.proposal.counted import COUNTED
from sources.proposal.kinds import BY_NAME
from sources.proposal.proposal import Proposal
from sources.town.mistakes import nearest

RecordOption = Annotated[
    str | None, typer.Option("--record", help=f"What a row is: {', '.join(BY_NAME)}; told by the columns else.")
]
ColumnOption = Annotated[
    list[str] | None, typer.Option("--column", help="A field and its column, such as case_ref=Nr; repeatable.")
]
SHOWN: Final = 3


def named_record(record: str | None) -> str | None:
    """The kind of record that was named.

    Raises:
        Stop: there is no such kind.
    """
    if record is not None and record not in BY_NAME:
        raise Stop(Exit.CONFIGURATION, f"--record {record}: is no kind of record{nearest(record, list(BY_NAME))}.")
    return record


def named_columns(pairs: Sequence[str] | None) -> dict[str, str]:
    """Columns by the field they are said to be.

    Raises:
        Stop: something else stands there, or a field that the contract does not know.
    """
    columns: dict[str, str] = {}
    for pair in pairs or ():
        field, sign, column = pair.partition("=")
        if not sign or not column:
            raise Stop(Exit.CONFIGURATION, f"--column {pair}: write a field and its column, such as case_ref=Nr.")
        if field not in FIELDS and field.removeprefix(COUNTED) not in words(CountKind):
            raise Stop(Exit.CONFIGURATION, f"--column {pair}: '{field}' is no field{nearest(field, list(FIELDS))}.")
        columns[field] = column
    return columns


def unrecognised(proposal: Proposal) -> str:
    """The sentence on a file of which nothing is recognised for sure, with what may be meant."""
    guesses: list[str] = []
    for question in proposal.questions:
        likely = [question.default] if question.default else list(question.choices[:SHOWN])
        if likely:
            named = " or ".join(f"'{column}'" for column in likely)
            guesses.append(f"{question.about} may be {named}")
    may_be = f" If each row is a step of a case, {', '.join(guesses)}: say --column case_ref=…" if guesses else ""
    kinds = ", ".join(name for name in BY_NAME if name not in ("events", "removals"))
    return (
        f"{proposal.file}: nothing tells for sure what its rows are, so nothing is proposed.{may_be}"
        f"{'.' if guesses else ''} Else say what a row is with --record: {kinds}."
    )
