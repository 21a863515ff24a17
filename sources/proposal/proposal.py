"""What is proposed for an unknown file, what people must be asked, and what they said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sources.proposal.events import Pick


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
    """What a person said about the file: columns by field, and how it writes times."""

    columns: Mapping[str, str] = field(default_factory=dict)
    timestamp_format: str | None = None
    timezone: str | None = None
    case_object: str | None = None


@dataclass
class Proposal:
    """What is proposed for one file.

    Attributes:
        options: keys of ``[[source]]`` beside columns and values.
        columns: per field a column and why.
        values: per field what its words mean.
        unknown_words: per field words that recur and whose meaning only people know.
        refused: columns that look personal, with the reason.
        idle: columns that are not mapped, with the reason, which may be empty.
        notes: one sentence per thing to know.
    """

    file: str
    options: dict[str, Any]
    columns: dict[str, Pick] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    unknown_words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    idle: dict[str, str] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def table(self, name: str, path: str) -> dict[str, Any]:
        """The ``[[source]]`` table this is."""
        columns = {target: pick.column for target, pick in self.columns.items()}
        return {"name": name, **self.options, "path": path, "columns": columns, "values": self.values}
