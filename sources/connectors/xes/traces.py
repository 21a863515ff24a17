"""Whole traces of an event log read at once, where they are written in the plain way nearly every log is.

Plain is ``<trace>``, ``<event>`` and attributes such as ``<string key="…" value="…"/>``, nothing else, nested as they
must be. What is not proven to be plain is not read here; the parser then takes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from polars.exceptions import PolarsError

from sources.values.distinct import by_value

ATTRIBUTES: Final = frozenset(("string", "date", "int", "float", "boolean", "id"))
ATTRIBUTE, EVENT, EVENT_END, TRACE, TRACE_END, FOREIGN = range(6)
TAG_KINDS: Final = {
    "event>": EVENT, "/event>": EVENT_END, "trace>": TRACE, "/trace>": TRACE_END,
    **{f"{tag} key=": ATTRIBUTE for tag in ATTRIBUTES},
}  # fmt: skip
# Per kind of tag: how deep it may stand within the log, and how it changes the depth.
STANDS: Final = np.array(
    [[False, True, True], [False, True, False], [False, False, True], [True, False, False], [False, True, False]]
)
GOES: Final = np.array([0, 1, -1, 1, -1], dtype=np.int64)
TAG_PARTS: Final[dict[str, pl.DataType]] = dict.fromkeys(("tag", "name", "between", "value", "after"), pl.String())
PARTS_HEADER: Final = '"'.join(TAG_PARTS).encode()
BLANKS: Final = " \t\r\n"
ENTITIES: Final = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}
# Comments, sections and instructions; and signs that no XML may hold.
NEVER_PLAIN: Final = (b"<!", b"<?", b"\xef\xbf\xbe", b"\xef\xbf\xbf")
CONTROL_BYTES: Final = bytes(sign for sign in range(0x20) if sign not in (0x09, 0x0A, 0x0D))
OF_TRACE: Final = "case:"


@dataclass(frozen=True)
class Traces:
    """Events in their order.

    Attributes:
        events: a column per wanted name that was found; those of traces begin with ``case:``.
        numbers: of each event, counting events and traces without events from 0.
        empty: the numbers of traces without events.
        seen: all names, of events and of traces.
    """

    events: dict[str, pl.Series]
    numbers: NDArray[np.intp]
    empty: NDArray[np.intp]
    seen: frozenset[str]


def read_traces(text: bytes, wanted: frozenset[str]) -> Traces | None:
    """The events of whole traces; None when they are not proven to be plain.

    Args:
        text: of a log in UTF-8, from between two traces to the end of one.
        wanted: names of attributes.
    """
    if any(sign in text for sign in NEVER_PLAIN) or len(text.translate(None, CONTROL_BYTES)) != len(text):
        return None
    parts = _parts(text)
    kinds = _kinds(parts) if parts is not None else None
    if parts is None or kinds is None:
        return None
    attributes = parts.filter(pl.Series(kinds == ATTRIBUTE))
    if not _are_plain(attributes):
        return None
    depth = np.cumsum(GOES[kinds]) - GOES[kinds]
    event, trace = (np.cumsum(kinds == tag) - 1 for tag in (EVENT, TRACE))
    in_event = depth[kinds == ATTRIBUTE] == 2
    of_events, events_seen = _columns(attributes, in_event, event[kinds == ATTRIBUTE], "", wanted, int(event[-1]) + 1)
    of_traces, traces_seen = _columns(
        attributes, ~in_event, trace[kinds == ATTRIBUTE], OF_TRACE, wanted, int(trace[-1]) + 1
    )
    opened, ends = kinds == EVENT, kinds == TRACE_END
    home = pl.Series(trace[opened])
    spread = {name: values.gather(home) for name, values in of_traces.items()}
    is_empty = np.zeros(len(kinds), dtype=bool)
    is_empty[ends] = np.bincount(trace[opened], minlength=int(ends.sum())) == 0
    number = np.cumsum(opened | is_empty) - 1
    return Traces({**of_events, **spread}, number[opened], number[is_empty], events_seen | traces_seen)


def _parts(text: bytes) -> pl.DataFrame | None:
    """Every tag, cut at its quotes; None when something stands before the first, or a tag has more than four."""
    tags = text.lstrip(BLANKS.encode())
    if not tags.startswith(b"<"):
        return None
    # A line for the CSV reader is what lies between two "<": nothing else cuts text as quickly.
    try:
        parts = pl.read_csv(
            PARTS_HEADER + tags,
            separator='"',
            eol_char="<",
            quote_char=None,
            schema=TAG_PARTS,
            empty_string_is_null=False,
            raise_if_empty=False,
        )
    except PolarsError:
        return None
    return parts if parts.height == tags.count(b"<") else None


def _kinds(parts: pl.DataFrame) -> NDArray[np.int64] | None:
    """What each tag is; None when one is foreign or stands where it must not."""
    words, places = by_value(parts["tag"])
    kind_of = np.array([TAG_KINDS.get(word.rstrip(BLANKS), FOREIGN) for word in words], dtype=np.int64)
    if (kind_of == FOREIGN).any():
        return None
    kinds = kind_of[places.to_numpy()]
    after = np.cumsum(GOES[kinds])
    depth = after - GOES[kinds]
    if not len(kinds) or after[-1] != 0 or depth.min() < 0 or depth.max() > 2 or not STANDS[kinds, depth].all():
        return None
    return kinds


def _are_plain(attributes: pl.DataFrame) -> bool:
    """Whether they are ``key="…" value="…"/>`` and nothing in between, with signs that mean themselves."""
    names, between, after = (by_value(attributes[part])[0] for part in ("name", "between", "after"))
    if any(word != " value=" for word in between) or any(word.strip(BLANKS) != "/>" for word in after):
        return False
    values = attributes["value"]
    special = values.filter(values.str.contains("[&\t\r\n]"))
    entities = special.str.count_matches("&(?:lt|gt|quot|apos|amp);") == special.str.count_matches("&", literal=True)
    return not (names.str.contains("[&\t\r\n]").any() or special.str.contains("[\t\r\n]").any()) and entities.all()


def _columns(
    attributes: pl.DataFrame,
    chosen: NDArray[np.bool_],
    owner: NDArray[np.intp],
    prefix: str,
    wanted: frozenset[str],
    owners: int,
) -> tuple[dict[str, pl.Series], frozenset[str]]:
    """Per wanted name the value of each owner, the last one given, null where there is none; and all names."""
    owner = owner[chosen]
    given = attributes.filter(pl.Series(chosen))
    names, places = by_value(given["name"])
    column_of = places.to_numpy()
    found: dict[str, pl.Series] = {}
    for place, name in enumerate(names):
        if prefix + name in wanted and (prefix or not name.startswith(OF_TRACE)):
            rows = np.flatnonzero(column_of == place)
            last = np.full(owners, -1)
            last[owner[rows]] = rows
            values = given["value"].gather(pl.Series(last).set(pl.Series(last < 0), None))
            found[prefix + name] = values.str.replace_many(ENTITIES)
    return found, frozenset(prefix + name for name in names)
