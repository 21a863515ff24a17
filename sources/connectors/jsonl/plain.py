"""Lines of JSON read at once, where they are written in the plain way most exports write them.

Plain are objects with the keys of the first in its order, whose values are texts, short numbers, true, false or null.
An expression proves it of every sign, so that no key stands twice and nothing is taken that is no JSON; only then does
Polars read them. Lines that are not proven to be plain are left: read strictly they give the same rows.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import orjson
import polars as pl
from polars.exceptions import PolarsError

# No escape that is half a sign, and of numbers those that Python writes as they stand.
TEXT: Final = r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u(?:[0-9a-cA-CefEF][0-9a-fA-F]|[dD][0-7])[0-9a-fA-F]{2}))*"'
NO_NUMBER: Final = f"{TEXT}|true|false|null"
NUMBER: Final = r"-?(?:0|[1-9][0-9]{0,9})\.[0-9]{0,3}[1-9]|-?[1-9][0-9]{0,17}|0"
NO_SIGN: Final = "\x01"
NOT_BLANK: Final = r"[^ \t\r\v\f]"
# With more keys the expression costs more than it saves.
MOST_KEYS: Final = 24


@dataclass(frozen=True)
class PlainLines:
    """Objects in the order of their lines.

    Attributes:
        rows: a column of texts per wanted key that they have.
        keys: all their keys.
        numbers: the keys under which a number stands.
        places: of each row, counting lines that are not blank from 0.
        left: the places of lines that are not plain.
        lines_left: these lines.
    """

    rows: pl.DataFrame
    keys: list[str]
    numbers: set[str]
    places: pl.Series
    left: pl.Series
    lines_left: bytes


def read_plain(block: bytes, wanted: Collection[str]) -> PlainLines | None:
    """The plain ones among whole lines; None when the first is none of them, or most are not."""
    try:
        first = orjson.loads(block[: block.find(b"\n")])
        keys = list(first) if type(first) is dict else []
        numbers = {key for key in keys if type(first[key]) in (int, float)}
        found = dict.fromkeys((key for key in keys if key in wanted), pl.String())
        if not found or len(keys) > MOST_KEYS:
            return None
        lines = _lines(block)
        is_plain = lines.str.contains(_plain(keys, numbers))
        if not is_plain[0] or 2 * is_plain.sum() < is_plain.len():
            return None
        rows = lines.filter(is_plain).str.json_decode(pl.Struct(found)).struct.unnest()
    except (orjson.JSONDecodeError, PolarsError):
        return None
    lines_left = "\n".join(lines.filter(~is_plain)).encode()
    places, left = (mask.arg_true().cast(pl.Int64) for mask in (is_plain, ~is_plain))
    return PlainLines(rows, keys, numbers, places, left, lines_left)


def _lines(block: bytes) -> pl.Series:
    """Lines that are not blank, without their ends.

    Raises:
        PolarsError: they are not UTF-8, or hold a sign no text may.
    """
    # The CSV reader cuts a text as quickly as nothing else; here a line is one field.
    fields = pl.read_csv(
        block,
        has_header=False,
        separator=NO_SIGN,
        quote_char=None,
        schema={"line": pl.String()},
        empty_string_is_null=False,
        raise_if_empty=False,
    )
    return fields["line"].filter(fields["line"].str.contains(NOT_BLANK))


def _plain(keys: list[str], numbers: set[str]) -> str:
    """What a line is that is plain."""
    values = (f"{NUMBER}|null" if key in numbers else NO_NUMBER for key in keys)
    pairs = " *, *".join(f"{_written(key)} *: *(?:{value})" for key, value in zip(keys, values, strict=True))
    return rf"^ *\{{ *{pairs} *\}} *$"


def _written(key: str) -> str:
    """A key as it may stand in a line: with signs beyond ASCII, or with escapes instead."""
    plain, escaped = (pl.escape_regex(form) for form in (json.dumps(key, ensure_ascii=False), json.dumps(key)))
    return plain if plain == escaped else f"(?:{plain}|{escaped})"
