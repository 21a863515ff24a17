"""How a mistake is said: one sentence with place, mistake and way out."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

Model = TypeVar("Model", bound=BaseModel)


class TownSection(BaseModel):
    """A table of town.toml; a key it does not know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def validated(model: type[Model], table: object, label: str) -> tuple[Model | None, list[str]]:
    """The table as a model, or None and one sentence per mistake."""
    if not isinstance(table, dict):
        return None, [f"{label}: expected a table of keys; write it as a TOML section."]
    try:
        return model.model_validate(table), []
    except ValidationError as error:
        return None, [_sentence(label, detail, tuple(model.model_fields)) for detail in error.errors()]


def _sentence(label: str, detail: ErrorDetails, known: tuple[str, ...]) -> str:
    where = ".".join(str(part) for part in detail["loc"])
    message = str(detail["msg"]).removeprefix("Value error, ")
    given = detail.get("input")
    if detail["type"] == "extra_forbidden":
        return f"{label}: key '{where}' is unknown{nearest(where, known)}."
    if detail["type"] == "missing":
        return f"{label}: '{where}' is missing; add it."
    if detail["type"] == "value_error":
        return f"{label}: {where + ': ' if where else ''}{message}."
    if detail["type"] == "string_pattern_mismatch":
        message = f"does not match the pattern {detail.get('ctx', {}).get('pattern')}"
    shown = f" (found {str(given)!r})" if isinstance(given, str | int | float | bool) else ""
    return f"{label}: '{where}' {message[0].lower()}{message[1:]}{shown}; correct it."


def nearest(word: str, known: Iterable[str]) -> str:
    """A way out for a misspelt word: the nearest known one, else the whole list."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"; the nearest is '{close[0]}'" if close else f"; known are: {', '.join(known)}"
