"""A proposal as the commented ``[[source]]`` a person reads, corrects and copies into town.toml."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from sources.proposal.proposal import Proposal, Question

_BARE_KEY: Final = re.compile(r"^[A-Za-z0-9_-]+$")
_ASKED: Final = {
    "system": "portal case scan mail print finance posts: which is it?",
    "mode": "dump when each file is the whole stand: which is it?",
    "timestamp_format": "",
    "header": "the file names no columns: what are they called?",
    "sheet": "",
}


def toml_of(proposal: Proposal, name: str) -> str:
    """The proposal as TOML with comments; questions are comment lines that end in a question mark."""
    folder = f"inbox/{name}/*"
    table = proposal.table(name, folder + _ending(proposal.file))
    keys = {
        "name": name,
        "system": table["system"],
        "format": table["format"],
        "path": table["path"],
        "mode": "increment",
        **{key: value for key, value in proposal.options.items() if key not in ("system", "format")},
    }
    return (
        "\n".join([*_head(proposal), "[[source]]", *(_entry(k, v) for k, v in keys.items()), *_body(proposal)]) + "\n"
    )


def _head(proposal: Proposal) -> Iterator[str]:
    yield f"# Proposed from {_text(proposal.file)}: correct it, answer what is asked, copy it into town.toml."
    for question in proposal.questions:
        yield f"# QUESTION: {_asked(question)}"
    for note in proposal.notes:
        yield f"# {_plain(note)}"


def _asked(question: Question) -> str:
    return _plain(question.sentence) + (f" {_text(question.default)} is assumed." if question.default else "")


def _body(proposal: Proposal) -> Iterator[str]:
    if not any(key in proposal.columns for key in ("service", "counted_on", "scanned_at", "budget_line", "post")):
        yield '# service = "…"    # QUESTION: which service is all of this, as in parameters/services.csv?'
    yield ""
    yield "[source.columns]"
    entries = {target: pick.column for target, pick in proposal.columns.items()}
    for target, column in entries.items():
        pick = proposal.columns[target]
        yield f"{target} = {_text(column)}    # {pick.why}{'' if pick.is_sure else ': is that so?'}"
    for column, why in proposal.refused.items():
        yield f"# refused: {_text(column)} looks personal ({_plain(why)})"
    for column, why in proposal.idle.items():
        yield f"# not mapped: {_text(column)}{': ' + _plain(why) if why else ''}"
    for target in sorted({*proposal.values, *proposal.unknown_words}):
        yield ""
        yield f"[source.values.{target}]"
        yield from (_entry(word, meant) for word, meant in proposal.values.get(target, {}).items())
        yield from (
            f'# {_key(word)} = "…"    # what does this mean?' for word in proposal.unknown_words.get(target, ())
        )


def _ending(file: str) -> str:
    """What the file's name ends in, .gz included."""
    found = re.search(r"(\.[A-Za-z0-9]{1,10})?(\.(gz|zip))?$", file, re.IGNORECASE)
    return found.group().lower() if found else ""


def _entry(key: str, value: Any) -> str:  # noqa: ANN401
    asked = _ASKED.get(key, "")
    return f"{_key(key)} = {_value(value)}" + (f"    # {asked}" if asked else "")


def _key(key: str) -> str:
    return key if _BARE_KEY.match(key) else _text(key)


def _value(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_text(str(part)) for part in value) + "]"
    return str(value) if isinstance(value, int) else _text(str(value))


def _text(text: str) -> str:
    """A basic string of TOML, which JSON's strings are but for one sign."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _plain(text: str) -> str:
    """A text that cannot end a comment."""
    return "".join(sign if sign.isprintable() else "�" for sign in text)
