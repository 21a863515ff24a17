"""How a mistake is said: one sentence with place, mistake and way out."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Final, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

Model = TypeVar("Model", bound=BaseModel)
CODE: Final = r"^[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}$"
LEIKA_KEY: Final = r"^99\d{12}$"
CLOCK: Final = r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$"
KEY_ID: Final = r"^([0-9a-f]{12})?$"
SLUG: Final = r"^[a-z][a-z0-9_-]{0,39}$"
MARKER: Final = r"^\.[A-Za-z0-9]{1,12}$"
# A form as people say it.
FORMS: Final = {
    CODE: "a code of at most 64 letters without umlauts, digits, and . _ - after the first sign",
    LEIKA_KEY: "a LeiKa key of 14 digits that begins with 99",
    CLOCK: "a time of day from 00:00 to 24:00",
    KEY_ID: "a key's id of 12 signs from 0-9 and a-f",
    SLUG: "a name of at most 40 small letters, digits, _ and -, a letter first",
    MARKER: "an ending of a point and at most 12 letters or digits, such as .done",
}


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
        message = f"is not {FORMS[detail.get('ctx', {})['pattern']]}"
    shown = f" (found {str(given)!r})" if isinstance(given, str | int | float | bool) else ""
    return f"{label}: '{where}' {message[0].lower()}{message[1:]}{shown}; correct it."


def nearest(word: str, known: Iterable[str]) -> str:
    """A way out for a misspelt word: the nearest known one, else the whole list."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"; the nearest is '{close[0]}'" if close else f"; known are: {', '.join(known)}"
