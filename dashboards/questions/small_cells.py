"""Small cells: what rests on few cases is taken away before anything can print it, so that it cannot be computed back.

Few are fewer than the town's `min_cases`, and not none: a zero stays. Three rules, in this order:

* A row that rests on few cases loses all its values. Of rows that add up to a known total at least two are hidden,
  and at least `min_cases` cases together: what is left over by subtraction is no small cell either.
* A whole is told by its parts as a unit or not at all (`SPLITS`): where one part is few, or what the named parts leave
  of the whole, the row loses all of them and what is computed from them. Of rows that add up again at least two do so.
  The hidden cells form a block of whole rows of which only sums are known: of two rows and two parts none is fixed.
* A share, a percentile or a mean whose own base is few is hidden, whatever its row rests on otherwise.

Hidden rows stand last and by code, also those that lost only what the list is sorted by (`hidden_last`): their place in
a sorted list would tell their size.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

MARK: Final = "is_small_cell"
WITHHELD: Final = "withheld_columns"
"""The columns that a row lost although it is not small: a page prints the same sign for both."""

CHANGE: Final = ("change", "change_low", "change_high")


@dataclass(frozen=True)
class Split:
    """A whole, the parts of it that are counted, and what would tell a part.

    Attributes:
        whole: the column of the whole; empty where a count stands for itself.
        parts: the columns of parts of it that do not overlap.
        told_by: the columns computed from them.
    """

    whole: str
    parts: tuple[str, ...]
    told_by: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """What is hidden together."""
        return self.parts + self.told_by


SPLITS: Final = (
    # Paper.
    Split("known_channel_cases", ("paper_in_cases",), ("paper_share_in", "counter_paper_cases")),
    Split("paper_in_cases", ("counter_paper_cases",)),
    Split("known_channel_cases", ("online_cases",), ("online_share",)),
    Split("outbound_letters", ("paper_out_letters",), ("paper_share_out",)),
    Split("known_file_cases", ("paper_file_cases",), ("paper_share_file",)),
    Split("internal_steps", ("paper_internal_steps",), ("paper_share_internal",)),
    Split("end_to_end_known_cases", ("end_to_end_cases",), ("end_to_end_share",)),
    # Duration and deadlines.
    Split("deadline_cases", ("on_time_cases",), ("late_cases", "on_time_share")),
    Split("waiting_cases", ("still_open_cases",)),
    Split("base_cases", ("part_cases",), ("share_now", "share_low", "share_high", *CHANGE)),
    Split("base_cases_before", ("part_cases_before",), ("share_before", *CHANGE)),
    # The stock.
    Split("open_cases", ("open_deadline_cases",)),
    Split("open_deadline_cases", ("overdue", "at_risk")),
    Split("open_cases", ("known_waiting_cases",)),
    Split("known_waiting_cases", ("waiting_applicant", "waiting_office")),
    Split("open_cases", ("age_cases",)),
    Split("age_cases", ("age_under_10_days", "age_10_to_30_days", "age_30_to_90_days", "age_over_90_days")),
    Split("", ("closed_last_56_days",), ("weeks_of_work",)),
    # The process.
    Split("transition_count", ("break_count",), ("break_share",)),
    Split("known_medium_event_count", ("paper_event_count",), ("paper_step_share",)),
    # The data and the savings.
    Split("cases_total", ("cases_known_to_one_source",), ("one_source_share",)),
    Split("cases_total", ("cases_of_two_offices",)),
    Split("", ("baseline_cases",)),
    # What shares rest on, which in a row of many cases may be few.
    *(
        Split("", (base,))
        for base in (
            "known_channel_cases", "outbound_letters", "known_file_cases", "internal_steps", "end_to_end_known_cases",
            "media_break_known_cases", "deadline_cases", "lead_cases",
        )
    ),
)  # fmt: skip
"""What adds up to what, wherever these columns are asked together. The one list of it."""


def hide_small_rows(frame: pl.DataFrame, keys: Collection[str]) -> pl.DataFrame:
    """Null every value of the rows marked as small; `keys` stay."""
    if MARK not in frame.columns:
        return frame
    values = [name for name in frame.columns if name not in keys and name not in (MARK, WITHHELD)]
    hidden = pl.col(MARK).fill_null(True)
    return frame.with_columns(
        hidden, *(pl.when(hidden).then(None).otherwise(pl.col(name)).alias(name) for name in values)
    )


def hide_small_parts(frame: pl.DataFrame, least: int) -> pl.DataFrame:
    """Null the parts of a whole, row by row, where one of them or their rest is few."""
    for split in _splits_of(frame):
        frame = _withheld(frame, split.columns, _tells_of_few(split, least))
    return frame


def hide_small_shares(frame: pl.DataFrame, least: int, bases: Mapping[str, Collection[str]]) -> pl.DataFrame:
    """Null a share or a percentile whose own base is below `least`, whatever the row rests on otherwise.

    `bases` names for each figure the columns that may count what it rests on.

    Raises:
        ValueError: a figure is asked without what it rests on.
    """
    for figure in sorted(bases.keys() & set(frame.columns)):
        held = sorted(base for base in bases[figure] if base in frame.columns)
        if not held:
            raise ValueError(f"{figure} is asked without {', '.join(sorted(bases[figure]))}, on which it rests")
        enough = pl.all_horizontal(pl.col(base).fill_null(0) >= least for base in held)
        frame = _withheld(frame, (figure,), ~enough)
    return frame


def hide_small_groups(
    frame: pl.DataFrame, base: str, least: int, keys: Collection[str], *, is_total_safe: bool = True
) -> pl.DataFrame:
    """Hide what is small in rows that add up to a known total, with enough beside it; hidden rows come last.

    Args:
        frame: one row per group; `base` counts what it rests on.
        base: the column that makes a row small.
        least: the fewest cases a row may rest on.
        keys: columns that stay; the first names the row.
        is_total_safe: False where the total would tell something else that is hidden; then two rows always are.
    """
    bases = pl.col(base)
    small = _with_company(frame, bases.is_null() | ((bases > 0) & (bases < least)), frame[base], least, at_least=0)
    shown = hide_small_rows(frame.with_columns(small.alias(MARK)), keys)
    for split in _splits_of(frame) if least else ():
        telling = small | frame.select(_tells_of_few(split, least).fill_null(False)).to_series()
        sizes, at_least = frame[split.whole or base], 0 if is_total_safe else 2
        company = _with_company(frame, pl.lit(telling), sizes, least, at_least=at_least)
        shown = _withheld(shown, split.columns, pl.lit(company))
    last = pl.when(MARK).then(pl.col(next(iter(keys))).cast(pl.String)).alias("last")
    return shown.with_columns(last).with_row_index("place").sort(MARK, "last", "place").drop("last", "place")


def hidden_last(frame: pl.DataFrame, column: str, code: str) -> pl.DataFrame:
    """Rows sorted by `column`, and last, by their code, those that lost it: their place would tell its size."""
    lost = pl.col(column).is_null()
    by_code = pl.when(lost).then(pl.col(code).cast(pl.String)).alias("last")
    placed = frame.with_columns(by_code).with_row_index("place")
    return placed.sort(lost, "last", "place").drop("last", "place")


def hide_telling_year(year: pl.DataFrame, months: pl.DataFrame) -> pl.DataFrame:
    """Hide of a year what would tell a hidden month: a sum stands where all its months stand, or none does.

    A year minus eleven months is the twelfth, and the year of a month later minus this one tells the month that left.
    """
    if months.is_empty() or year.is_empty():
        return year
    if MARK in year.columns and _is_mixed(months[MARK]):
        year = hide_small_rows(year.with_columns(pl.lit(True).alias(MARK)), ("period",))
    for split in _splits_of(year):
        if _is_mixed(_hidden_in(months, split)):
            year = _withheld(year, split.columns, pl.lit(True))
    return year


def _hidden_in(months: pl.DataFrame, split: Split) -> pl.Series:
    """Whether each month lost the parts of a split."""
    if WITHHELD not in months.columns or split.parts[0] not in months.columns:
        return pl.Series([], dtype=pl.Boolean)
    return months.select(pl.col(MARK) | pl.col(WITHHELD).list.contains(split.parts[0])).to_series()


def paths_without_rest(paths: list[tuple[int, list[str]]], most: int, least: int) -> list[int]:
    """The places of the commonest paths that may be told beside what all of them add up to.

    `paths` are cases and steps, commonest first. From the cases of a step, or of a change of steps, those of the told
    paths can be taken off: what is left must be none or no few. Until it is, the rarest told path with it is given up.
    """
    traits = [_traits(steps) for _, steps in paths]
    rest: Counter[tuple[str, str, int]] = Counter()
    for (cases, _), held in zip(paths, traits, strict=True):
        rest.update(dict.fromkeys(held, cases))
    shown = [place for place, (cases, _) in enumerate(paths[:most]) if cases >= least]
    for place in shown:
        rest.subtract(dict.fromkeys(traits[place], paths[place][0]))
    while few := {trait for trait, cases in rest.items() if 0 < cases < least}:
        betrayed = [place for place in shown if few & traits[place]]
        if not betrayed:
            break
        shown.remove(betrayed[-1])
        rest.update(dict.fromkeys(traits[betrayed[-1]], paths[betrayed[-1]][0]))
    return shown


def _traits(steps: list[str]) -> set[tuple[str, str, int]]:
    """Beginning, steps, changes of steps and end of a path, the first time and every further one."""
    times: Counter[tuple[str, str]] = Counter()
    found: set[tuple[str, str, int]] = set()
    changes = zip(["", *steps], [*steps, ""], strict=True)
    for one in [*((step, step) for step in steps), *((f"{old}\x1f", new) for old, new in changes)]:
        times[one] += 1
        found.add((*one, times[one]))
    return found


def _is_mixed(hidden: pl.Series) -> bool:
    """Whether some are hidden and others are not."""
    return bool(hidden.any()) and not hidden.all()


def _splits_of(frame: pl.DataFrame) -> list[Split]:
    held = set(frame.columns)
    return [split for split in SPLITS if held >= set(split.parts) and (not split.whole or split.whole in held)]


def _tells_of_few(split: Split, least: int) -> pl.Expr:
    """Whether a part, or what the parts leave of the whole, is few but not none."""
    counts = [pl.col(part) for part in split.parts]
    if split.whole:
        counts.append(pl.col(split.whole) - pl.sum_horizontal(split.parts))
    return pl.any_horizontal((count > 0) & (count < least) for count in counts)


def _with_company(frame: pl.DataFrame, hidden: pl.Expr, size: pl.Series, least: int, *, at_least: int) -> pl.Series:
    """The hidden rows, and the next smallest that are not nothing until they are two and no small cell together."""
    sizes = size.fill_null(0).to_list()
    chosen = frame.select(hidden.fill_null(False).alias("hidden")).to_series().to_list()
    by_size = sorted((at for at, amount in enumerate(sizes) if amount), key=lambda at: (sizes[at], at))
    for at in by_size:
        held = [amount for amount, is_hidden in zip(sizes, chosen, strict=True) if is_hidden and amount]
        wanted = max(at_least, 2 if held else 0)
        if len(held) >= wanted and (not held or sum(held) >= least):
            break
        chosen[at] = True
    return pl.Series(chosen, dtype=pl.Boolean)


def _withheld(frame: pl.DataFrame, columns: Collection[str], hidden: pl.Expr) -> pl.DataFrame:
    """Null columns where `hidden`, and note which of them held a value."""
    present = [name for name in columns if name in frame.columns]
    noted = [pl.when(hidden & pl.col(name).is_not_null()).then(pl.lit(name)) for name in present]
    before = pl.col(WITHHELD) if WITHHELD in frame.columns else pl.lit([], dtype=pl.List(pl.String))
    return frame.with_columns(
        before.list.concat(pl.concat_list(noted).list.drop_nulls()).alias(WITHHELD),
        *(pl.when(~hidden.fill_null(False)).then(pl.col(name)).alias(name) for name in present),
    )
