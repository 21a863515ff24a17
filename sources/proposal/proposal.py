"""What is proposed for an unknown file, what people must be asked, and what they said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sources.proposal.events import Pick
from sources.town.rows import ControlRow, Where


@dataclass(frozen=True)
class Question:
    """What the file does not tell.

    Attributes:
        about: the field or key the answer is for.
        flag: of ``papierwende try``, which answers it.
        sentence: for people.
        choices: the answers there are.
        default: the likeliest, None when there is none.
    """

    about: str
    flag: str
    sentence: str
    choices: tuple[str, ...]
    default: str | None = None


@dataclass(frozen=True)
class Answers:
    """What a person said about the file: columns by field, how it writes times, and which kind of record it holds."""

    columns: Mapping[str, str] = field(default_factory=dict)
    timestamp_format: str | None = None
    timezone: str | None = None
    case_object: str | None = None
    record: str | None = None


def question_about(field: str, sentence: str, choices: tuple[str, ...]) -> Question:
    """A question for the column of a field, which ``--column`` answers."""
    return Question(field, f"--column {field}=…", sentence, choices)


@dataclass
class Proposal:
    """What is proposed for one file.

    Attributes:
        options: keys of ``[[source]]`` beside columns and values.
        columns: per field a column and why.
        records: the kinds of record, as the contract calls them.
        is_recognised: whether anything but a guess says so.
        counts: per kind of count the column that holds it.
        where: which rows are records.
        control: the row of totals.
        lines: further keys of ``[[source]]`` that only a person can say, each as a comment.
        values: per field what its words mean.
        unknown_words: per field words that recur and whose meaning only people know.
        refused: columns that look personal, with the reason.
        idle: columns that are not mapped, with the reason, which may be empty.
        notes: one sentence per thing to know.
    """

    file: str
    options: dict[str, Any]
    columns: dict[str, Pick] = field(default_factory=dict)
    records: tuple[str, ...] = ()
    is_recognised: bool = True
    counts: dict[str, Pick] = field(default_factory=dict)
    where: Where | None = None
    control: ControlRow | None = None
    lines: list[str] = field(default_factory=list)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    unknown_words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    idle: dict[str, str] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def mapped(self) -> set[str]:
        """The columns that are some field or count."""
        return {column for pick in (*self.columns.values(), *self.counts.values()) for column in pick.columns}

    def table(self, name: str, path: str) -> dict[str, Any]:
        """The ``[[source]]`` table this is, of what is sure."""
        sure = {target: pick for target, pick in self.columns.items() if pick.is_sure}
        columns = {target: list(pick.columns) if pick.joined else pick.column for target, pick in sure.items()}
        table = {"name": name, **self.options, "path": path, "columns": columns}
        values = {target: words for target, words in self.values.items() if target in columns}
        if self.counts:
            table["counts"] = {kind: pick.column for kind, pick in self.counts.items()}
        for key, rows in (("where", self.where), ("control", self.control)):
            if rows is not None:
                table[key] = {part: said for part, said in rows.model_dump(mode="json").items() if said}
        return table | {"values": values}
