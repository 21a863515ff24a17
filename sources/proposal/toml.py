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
    "header": "the file names no columns: what are they called?",
}
SHOWN: Final = 6


def toml_of(proposal: Proposal, name: str) -> str:
    """The proposal as TOML with comments; questions are comment lines that end in a question mark."""
    folder = f"inbox/{name}/*"
    table = proposal.table(name, folder + _ending(proposal.file))
    keys = {
        "name": name,
        "system": table["system"],
        "format": table["format"],
        "path": table["path"],
        "mode": table.get("mode", "increment"),
        **{key: value for key, value in proposal.options.items() if key not in ("system", "format", "mode")},
    }
    entries = [_entry(key, value, is_asked=key in _asked_keys(proposal)) for key, value in keys.items()]
    return "\n".join([*_head(proposal), "[[source]]", *entries, *_body(proposal, table)]) + "\n"


def _asked_keys(proposal: Proposal) -> set[str]:
    """The keys that are not sure: what a system is, unless the kind of record says it; names that no file gives."""
    asked = {"mode"} if proposal.options.get("mode") != "deletions" else set()
    if set(proposal.records) <= {"events", "cases", "documents", "removals"}:
        asked.add("system")
    asked |= {question.about for question in proposal.questions} & {"case_object"}
    return asked | ({"header"} if proposal.options.get("header", ("",))[0] == "column_1" else set())


def _head(proposal: Proposal) -> Iterator[str]:
    yield f"# Proposed from {_text(proposal.file)}: correct it, answer what is asked, copy it into town.toml."
    for question in proposal.questions:
        yield f"# QUESTION: {_asked(question)}"
    for note in proposal.notes:
        yield f"# {_plain(note)}"


def _asked(question: Question) -> str:
    if question.default:
        return _plain(f"{question.sentence} {_text(question.default)} is likely.")
    shown = ", ".join(_text(choice) for choice in question.choices[:SHOWN])
    more = ", …" if len(question.choices) > SHOWN else ""
    return _plain(f"{question.sentence} It may be {shown}{more}." if shown else question.sentence)


def _body(proposal: Proposal, table: dict[str, Any]) -> Iterator[str]:
    for line in proposal.lines:
        yield f"# {_plain(line)}"
    has_services = not {"events", "cases", "submissions"}.isdisjoint(proposal.records)
    if has_services and "service" not in {*proposal.columns, *proposal.options}:
        yield '# service = "…"    # QUESTION: which service is all of this, as in parameters/services.csv?'
    yield from _columns(proposal)
    for part in ("counts", "where", "control"):
        if part in table:
            yield ""
            yield f"[source.{part}]"
            yield from (_entry(key, value) for key, value in table[part].items())
    for target in sorted({*proposal.values, *proposal.unknown_words}.intersection(table["columns"])):
        yield ""
        yield f"[source.values.{target}]"
        yield from (_entry(word, meant) for word, meant in proposal.values.get(target, {}).items())
        yield from (
            f'# {_key(word)} = "…"    # what does this mean?' for word in proposal.unknown_words.get(target, ())
        )


def _columns(proposal: Proposal) -> Iterator[str]:
    yield ""
    yield "[source.columns]"
    for target, pick in proposal.columns.items():
        column = _value(list(pick.columns)) if pick.joined else _text(pick.column)
        entry = f"{target} = {column}    # {_plain(pick.why)}"
        # What is not sure is no mapping until a person says so.
        yield entry if pick.is_sure else f"# {entry}: is that so?"
    for column, why in proposal.refused.items():
        yield f"# refused: {_text(column)} looks personal ({_plain(why)})"
    for column, why in proposal.idle.items():
        yield f"# not mapped: {_text(column)}{': ' + _plain(why) if why else ''}"


def _ending(file: str) -> str:
    """What the file's name ends in, .gz included."""
    found = re.search(r"(\.[A-Za-z0-9]{1,10})?(\.(gz|zip))?$", file, re.IGNORECASE)
    return found.group().lower() if found else ""


def _entry(key: str, value: Any, *, is_asked: bool = False) -> str:  # noqa: ANN401
    asked = _ASKED.get(key, "") if is_asked else ""
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
