"""Steps that a log tells twice, at their start and at their completion: one row each, with its beginning.

The words are those of the XES lifecycle extension (IEEE 1849) and their German kin. A step stands at its completion;
one that only began is left out until it is completed, unless its case has no other: begun is not decided. Rows that
schedule, assign or suspend a step are no steps.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import polars as pl

from sources.batches.protocol import STARTED, Batch, Refused, read_as_one
from sources.town.source import Source
from sources.values.spelling import trimmed

STARTS: Final = frozenset(("start", "started", "gestartet", "begin", "beginn", "begonnen", "anfang", "angefangen"))
COMPLETIONS: Final = frozenset((
    "complete", "completed", "end", "ende", "beendet", "abgeschlossen", "abschluss", "fertig", "erledigt",
))  # fmt: skip
NO_STEPS: Final = frozenset((
    "schedule", "assign", "reassign", "suspend", "resume", "withdraw", "autoskip", "manualskip", "ate_abort",
    "pi_abort",
))  # fmt: skip


@dataclass
class _Found:
    """What became of rows that are no step of their own."""

    begun: int = 0
    no_steps: int = 0
    unfinished: int = 0

    def sentences(self, name: str) -> tuple[str, ...]:
        """One sentence per thing to know."""
        sentences: list[str] = []
        if self.begun:
            sentences.append(f"{name}: {self.begun:,} starts are the beginning of the step that a later row completes.")
        if self.no_steps:
            sentences.append(f"{name}: {self.no_steps:,} rows schedule, assign or suspend a step and are none.")
        if self.unfinished:
            sentences.append(
                f"{name}: {self.unfinished:,} steps were begun and not completed; they count once they are, those "
                "that are all their case has stand at their start."
            )
        return tuple(sentences)


def whole_steps(path: Path, source: Source, batches: Iterator[Batch]) -> Iterator[Batch]:
    """The batches with one row per step and its beginning in ``STARTED``; as they are where nothing tells it.

    Traces of XES come whole, so that their batches pass one by one; of another log all rows are gathered first.
    """
    column = source.transitions
    if column is None:
        yield from batches
        return
    found = _Found()
    last: Batch | None = None
    for batch in batches if source.format == "xes" else _gathered(batches):
        if source.lifecycle is not None:
            _refuse_other_words(path, batch.frame, column)
        last = replace(batch, frame=_steps(batch.frame, source, column, found))
        yield last
    if last is not None and (sentences := found.sentences(path.name)):
        yield Batch(last.frame.clear(), warnings=sentences)


def _refuse_other_words(path: Path, frame: pl.DataFrame, column: str) -> None:
    """Refuse a log whose declared column says of no row whether a step began or ended."""
    words = trimmed(frame[column]).str.to_lowercase().drop_nulls()
    if words.len() and not words.is_in([*STARTS, *COMPLETIONS, *NO_STEPS]).any():
        raise Refused(
            "lifecycle_unknown",
            f"{path.name}: lifecycle names '{column}', in which no row says that a step began or ended; take the line "
            f"out, or have the export write start and complete.",
        )


def _gathered(batches: Iterator[Batch]) -> Iterator[Batch]:
    parts = list(batches)
    if parts:
        yield Batch(
            pl.concat([part.frame for part in parts], how="vertical_relaxed"),
            tuple(fault for part in parts for fault in part.faults),
            tuple(warning for part in parts for warning in part.warnings),
            columns=next((part.columns for part in parts if part.columns), ()),
            decimals={column: sign for part in parts for column, sign in part.decimals.items()},
        )


def _steps(frame: pl.DataFrame, source: Source, column: str, found: _Found) -> pl.DataFrame:
    words = trimmed(frame[column]).str.to_lowercase() if column in frame.columns else None
    times = frame[source.columns["occurred_at"]]
    nothing = pl.Series([None], dtype=times.dtype).new_from_index(0, frame.height)
    if words is None or not words.is_in([*STARTS, *NO_STEPS]).any():
        return frame.with_columns(nothing.alias(STARTED))
    is_start, is_completion, is_none = (
        words.is_in(list(kind)).fill_null(False) for kind in (STARTS, COMPLETIONS, NO_STEPS)
    )
    cases = read_as_one(frame, source.joined.get("case_ref", (source.columns["case_ref"],)))
    steps = list(zip(cases, frame[source.columns["activity"]], strict=True))
    beginning = _beginnings(steps, is_start.to_list(), is_completion.to_list())
    is_begun = pl.Series([place is not None for place in beginning], dtype=pl.Boolean)
    joined = pl.Series([False]).new_from_index(0, frame.height)
    joined = joined.scatter([place for place in beginning if place is not None], True)
    found.begun += int(is_begun.sum())
    found.no_steps += int(is_none.sum())
    unfinished = is_start & ~joined
    found.unfinished += int(unfinished.sum())
    has_other = cases.is_in(cases.filter(~unfinished & ~is_none).implode()).fill_null(False)
    started = times.gather(pl.Series(beginning, dtype=pl.UInt32))
    return frame.with_columns(started.alias(STARTED)).filter(~joined & ~is_none & ~(unfinished & has_other))


def _beginnings(
    steps: Sequence[tuple[object, object]], starts: Sequence[bool], completions: Sequence[bool]
) -> list[int | None]:
    """Per completion the place of the start it ends, the earliest that is open; in the order in which the log runs."""
    forward = _paired(range(len(steps)), steps, starts, completions)
    backward = _paired(range(len(steps) - 1, -1, -1), steps, starts, completions)
    return backward if len(backward) - backward.count(None) > len(forward) - forward.count(None) else forward


def _paired(
    order: range, steps: Sequence[tuple[object, object]], starts: Sequence[bool], completions: Sequence[bool]
) -> list[int | None]:
    running: dict[tuple[object, object], deque[int]] = defaultdict(deque)
    beginning: list[int | None] = [None] * len(steps)
    for place in order:
        if starts[place]:
            running[steps[place]].append(place)
        elif completions[place] and running.get(steps[place]):
            beginning[place] = running[steps[place]].popleft()
    return beginning
