"""What counts as JSON from a file or a system: numbers that are some, and no key twice."""

from __future__ import annotations

import json
import math
from typing import Any, Final


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of its pairs.

    Raises:
        ValueError: a key stands twice.
    """
    record = dict(pairs)
    if len(record) != len(pairs):
        raise ValueError("a key stands twice")
    return record


def finite(number: str) -> float:
    """A number with a point or an exponent.

    Raises:
        ValueError: it is too large.
    """
    value = float(number)
    if math.isinf(value):
        raise ValueError(number)
    return value


def no_constant(name: str) -> object:
    """NaN and Infinity are no JSON.

    Raises:
        ValueError: always.
    """
    raise ValueError(name)


STRICT_DECODER: Final = json.JSONDecoder(parse_constant=no_constant, parse_float=finite, object_pairs_hook=once)
