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
# Signs that no XML may hold, and what they begin with.
NO_SIGNS: Final = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
THEIR_BEGINNING: Final = b"\xef"
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
    # Hardly any text holds their beginning, and one byte is found far sooner than three.
    if THEIR_BEGINNING in text and any(sign in text for sign in NO_SIGNS):
        return None
    if len(text.translate(None, CONTROL_BYTES)) != len(text):
        return None
    parts = _parts(text)
    kinds = _kinds(parts) if parts is not None else None
    if parts is None or kinds is None:
        return None
    is_attribute = kinds == ATTRIBUTE
    attributes = parts.filter(pl.Series(is_attribute))
    names, places = by_value(attributes["name"])
    if not _are_plain(attributes, names):
        return None
    depth = np.cumsum(GOES[kinds]) - GOES[kinds]
    in_event = depth[is_attribute] == 2
    event, trace = (np.cumsum(kinds == tag) - 1 for tag in (EVENT, TRACE))
    given = _Given(attributes["value"], names.to_list(), places.to_numpy())
    of_events, events_seen = given.columns(in_event, event[is_attribute], int(event[-1]) + 1, wanted, "")
    of_traces, traces_seen = given.columns(~in_event, trace[is_attribute], int(trace[-1]) + 1, wanted, OF_TRACE)
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
    return parts if parts.height == np.count_nonzero(np.frombuffer(tags, np.uint8) == ord("<")) else None


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


def _are_plain(attributes: pl.DataFrame, names: pl.Series) -> bool:
    """Whether they are ``key="…" value="…"/>`` and nothing in between, with signs that mean themselves."""
    is_parted = (attributes["between"] == " value=").all(ignore_nulls=False)
    if not is_parted or any(word.strip(BLANKS) != "/>" for word in by_value(attributes["after"])[0]):
        return False
    values = attributes["value"]
    special = values.filter(values.str.contains("[&\t\r\n]"))
    entities = special.str.count_matches("&(?:lt|gt|quot|apos|amp);") == special.str.count_matches("&", literal=True)
    return not (names.str.contains("[&\t\r\n]").any() or special.str.contains("[\t\r\n]").any()) and entities.all()


@dataclass(frozen=True)
class _Given:
    """Attributes in their order: values, all different names, and the place of each one's name among these."""

    values: pl.Series
    names: list[str]
    places: NDArray[np.int32]

    def columns(
        self, chosen: NDArray[np.bool_], owner: NDArray[np.intp], owners: int, wanted: frozenset[str], prefix: str
    ) -> tuple[dict[str, pl.Series], frozenset[str]]:
        """Per wanted name the value of each owner, the last one given, null where there is none; and all names."""
        found: dict[str, pl.Series] = {}
        seen = {self.names[place]: place for place in np.flatnonzero(np.bincount(self.places[chosen]))}
        for name, place in seen.items():
            if prefix + name in wanted and (prefix or not name.startswith(OF_TRACE)):
                rows = np.flatnonzero(chosen & (self.places == place))
                last = np.full(owners, -1)
                last[owner[rows]] = rows
                values = self.values.gather(pl.Series(last).set(pl.Series(last < 0), None))
                found[prefix + name] = values.str.replace_many(ENTITIES)
        return found, frozenset(prefix + name for name in seen)
