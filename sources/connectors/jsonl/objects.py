"""Many lines of JSON read at once, where each is a flat object without nested ones, as logs mostly are.

Between two quotes stands a text, or what binds texts to objects. What is not proven to be lines of flat objects, each
key once, is not read here; the line-by-line reader then takes it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sources.batches.protocol import text_of
from sources.connectors.jsonl.values import DECODER
from sources.values.distinct import by_value

# An escaped quote, an escaped backslash that may stand before one, and half a sign.
NEVER_PLAIN: Final = (b'\\"', b"\\\\", b"\\ud", b"\\uD")
ESCAPED: Final = r"^(?:[^\\]|\\[bfnrt/]|\\u[0-9A-Fa-f]{4})*$"
NUMBER: Final = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
BEGINNING: Final = re.compile(r"[ \t\r\n]*\{[ \t\r]*")
# What stands between two texts: behind a key its literal, or nothing when a text is its value.
BINDING: Final = re.compile(
    rf"[ \t\r]*(?P<colon>:)?[ \t\r]*(?P<literal>{NUMBER}|true|false|null)?[ \t\r]*"
    r"(?P<comma>,)?(?P<end>\}(?:[ \t\r\n]*\Z|[ \t\r]*\n[ \t\r\n]*\{))?[ \t\r]*"
)
KEY, VALUE, NOTHING = range(3)
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Objects:
    """Objects in the order of their lines.

    Attributes:
        columns: per wanted key that was found its values as text.
        height: how many objects there are.
        keys: all keys.
    """

    columns: dict[str, pl.Series]
    height: int
    keys: frozenset[str]


@dataclass(frozen=True)
class _Binding:
    """What follows a text.

    Attributes:
        follows: whether that text is a key or a value.
        precedes: what the next text is.
        ends: whether an object ends.
        literal: the key's value when it is no text.
        controls: how many control signs it holds.
    """

    follows: int
    precedes: int
    ends: bool
    literal: str | None
    controls: int


def read_objects(chunk: bytes, wanted: list[str]) -> Objects | None:
    """The objects of whole lines; None when they are not proven to be flat."""
    if b"\\" in chunk and any(sign in chunk for sign in NEVER_PLAIN):
        return None
    try:
        pieces = pl.Series([chunk.decode()]).str.split('"').explode()
    except UnicodeDecodeError:
        return None
    if pieces.len() < 3 or pieces.len() % 2 == 0 or not BEGINNING.fullmatch(pieces[0]):
        return None
    texts = pieces.gather_every(2, 1)
    words, places = by_value(pieces.gather_every(2).slice(1))
    bindings = [_binding(word) for word in words]
    if None in bindings or not _are_sound(texts, chunk):
        return None
    return _objects(texts, [binding for binding in bindings if binding], places.to_numpy(), _controls(chunk), wanted)


def _objects(
    texts: pl.Series, bindings: list[_Binding], of_text: NDArray[np.intp], controls: int, wanted: list[str]
) -> Objects | None:
    follows, precedes, ends, held = (
        np.array([getattr(binding, name) for binding in bindings])[of_text]
        for name in ("follows", "precedes", "ends", "controls")
    )
    role = np.concatenate(([KEY], precedes[:-1]))
    # Texts and bindings take turns as they must, and no control sign stands within a text: then lines end at bindings.
    first = len(texts) and controls - int(held.sum())
    if (role != follows).any() or precedes[-1] != NOTHING or first != 0:
        return None
    line = np.cumsum(ends) - ends
    is_key = role == KEY
    keys, places = by_value(texts.filter(pl.Series(is_key)))
    key_of, line_of = places.to_numpy(), line[is_key]
    if any("\\" in key for key in keys) or not _stand_once(key_of, line_of, keys.len()):
        return None
    height = int(ends.sum())
    literals = pl.Series([binding.literal for binding in bindings], dtype=pl.String)
    columns: dict[str, pl.Series] = {}
    for number, name in enumerate(keys):
        if name in wanted:
            place = np.full(height, -1)
            place[line_of[key_of == number]] = np.flatnonzero(is_key)[key_of == number]
            columns[name] = _values(texts, literals.gather(pl.Series(of_text[place])), precedes[place] == VALUE, place)
    return Objects(columns, height, frozenset(keys))


def _binding(word: str) -> _Binding | None:
    """What a word between two texts does; None when it binds nothing."""
    found = BINDING.fullmatch(word)
    if found is None:
        return None
    colon, literal, comma, end = (found[name] is not None for name in ("colon", "literal", "comma", "end"))
    controls = sum(sign < " " for sign in word)
    if colon and not literal and not comma and not end:
        return _Binding(KEY, VALUE, ends=False, literal=None, controls=controls)
    if colon != literal or comma == end:
        return None
    try:
        value = text_of(DECODER.decode(found["literal"])) if literal else None
    except ValueError:
        return None
    after = NOTHING if end and not word.rstrip(" \t\r").endswith("{") else KEY
    return _Binding(KEY if literal else VALUE, after, ends=end, literal=value, controls=controls)


def _controls(chunk: bytes) -> int:
    return int(np.count_nonzero(np.frombuffer(chunk, dtype=np.uint8) < 0x20))


def _are_sound(texts: pl.Series, chunk: bytes) -> bool:
    """Whether every escape is one."""
    return b"\\" not in chunk or bool(texts.str.contains(ESCAPED).all())


def _stand_once(key_of: NDArray[np.intp], line_of: NDArray[np.intp], keys: int) -> bool:
    """Whether no line has a key twice."""
    both = np.sort(line_of * keys + key_of)
    return bool((both[1:] != both[:-1]).all())


def _values(texts: pl.Series, literals: pl.Series, is_text: Flags, place: NDArray[np.intp]) -> pl.Series:
    """The values of a key, by its place among the texts in each line; -1 is a line without it."""
    has_key = place >= 0
    told = texts.gather(pl.Series(place + 1).set(pl.Series(~(has_key & is_text)), None))
    if not is_text[has_key].all():
        told = told.zip_with(pl.Series(is_text | ~has_key), literals)
    if not told.str.contains("\\", literal=True).any():
        return told
    words, places = by_value(told)
    return pl.Series([json.loads(f'"{word}"') for word in words], dtype=pl.String).gather(places)
