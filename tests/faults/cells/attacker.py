"""A reader who wants to know what the pages do not show: an attacker's program, by sums, shares and linear programming.

It reads the tables of a site as anybody can, and knows how they add up: rows to a town's total, parts to a whole,
percentages to counts, and in a process what enters a step to what leaves it (`puzzle.py` solves it).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Final

from tests.dashboards.built import HIDDEN, amount, csv_rows
from tests.faults.cells.puzzle import Cell, Puzzle


@dataclass(frozen=True)
class Parts:
    """What a reader knows of a table's columns: parts of a whole, shares of it, whether they are all of it."""

    whole: str
    parts: tuple[str, ...] = ()
    shares: Mapping[str, str] = field(default_factory=dict)
    """The part that a column of percentages speaks of; it need not be a column itself."""
    is_all: bool = False


N: Final = "(n)"
KNOWN_CHANNEL, DEADLINE = f"Anträge mit bekanntem Kanal {N}", f"Vorgänge mit Frist {N}"
OPEN, OPEN_DEADLINE = "Offene Vorgänge", f"offene Vorgänge mit Frist {N}"
WAITING = f"offene Vorgänge mit bekanntem Wartegrund {N}"
LISTS: Final[dict[str, tuple[Parts, ...]]] = {
    "fristtreue-aemter": (
        Parts(DEADLINE, ("in der Frist", "zu spät"), {"Fristtreue in %": "in der Frist"}, is_all=True),
    ),
    "papier-leistungen": (
        Parts(KNOWN_CHANNEL, ("Anträge auf Papier",), {"Papierquote im Eingang in %": "Anträge auf Papier"}),
        Parts("Anträge auf Papier", ("davon am Schalter abgegeben",)),
    ),
    "durchlaufzeit-leistungen": (Parts(f"entschiedene Vorgänge {N}"),),
    "fristen-aemter": (
        Parts(OPEN, (OPEN_DEADLINE,)),
        Parts(OPEN_DEADLINE, ("Frist abgelaufen", "Frist läuft in fünf Arbeitstagen ab")),
        Parts(OPEN, (WAITING,)),
        Parts(WAITING, ("Warten auf Antragstellende", "Warten auf das Amt")),
    ),
    "wochen-arbeit": (Parts(OPEN), Parts("in acht Wochen entschieden")),
    "medien": (Parts("Schritte"),),
}
"""Tables whose rows add up to a total of the town, and how each row divides."""
COURSES: Final[dict[str, tuple[Parts, ...]]] = {
    "papierquote-eingang": LISTS["papier-leistungen"][:1],
    "digitaler-weg": (
        Parts(KNOWN_CHANNEL, (), {"Onlinequote in %": "online"}),
        Parts(f"Vorgänge, bei denen alle Schritte bekannt sind {N}", (), {"Ende-zu-Ende-Quote in %": "Ende zu Ende"}),
    ),
    "papierorte": (
        Parts(f"Briefe und Nachrichten {N}", (), {"Papierquote im Ausgang in %": "Briefe auf Papier"}),
        Parts(f"Vorgänge mit bekannten Medien {N}", (), {"Papierquote der Akten in %": "Akten mit Papier"}),
        Parts(f"Schritte im Haus {N}", (), {"Papierquote im Haus in %": "Schritte auf Papier"}),
    ),
    "durchlaufzeit": (Parts(DEADLINE, (), {"Fristtreue in %": "in der Frist"}),),
    "rueckstand-alter": (
        Parts(
            OPEN,
            (
                "unter 10 Arbeitstage",
                "10 bis 30 Arbeitstage",
                "30 bis 90 Arbeitstage",
                "90 Arbeitstage oder länger",
            ),
        ),
    ),
}
"""Tables of months and weeks: each row divides, no sum of the rows is known."""


def cells(site: Path, slug: str) -> dict[str, dict[str, str]]:
    """A table as its readers have it: rows by their first cell, cells by their heading."""
    file = site / "data" / f"{slug}.csv"
    if not file.is_file():
        return {}
    header, *rows = csv_rows(file)
    return {
        f"{row[0]} → {row[1]}" if header[0] == "von" else row[0]: dict(zip(header, row, strict=True)) for row in rows
    }


def divided(puzzle: Puzzle, slug: str, row: str, shown: dict[str, str], parts: Parts) -> None:
    """What a reader learns of one row."""
    whole, named = (slug, row, parts.whole), [(slug, row, part) for part in parts.parts]
    for cell in [whole, *named]:
        puzzle.read(cell, shown.get(cell[2], ""))
    for heading, part in parts.shares.items():
        share, counted = shown.get(heading, ""), (slug, row, part)
        if part not in parts.parts:
            named.append(counted)
            if share == HIDDEN:
                puzzle.hide(counted)
        if re.fullmatch(r"\d+,\d", share):
            puzzle.values.setdefault(counted, None)
            puzzle.at_most({counted: 1.0, whole: -(amount(share) + 0.05) / 100})
            puzzle.at_most({counted: -1.0, whole: (amount(share) - 0.05) / 100})
    if named:
        rest = [] if parts.is_all else [(slug, row, f"übrige von: {parts.whole}, {parts.parts or tuple(parts.shares)}")]
        puzzle.sums([*named, *rest], whole)


def lists(site: Path, totals: Path) -> Puzzle:
    """The tables by office and by service, by one who knows every total of the town; `totals` is a site that shows all."""
    puzzle = Puzzle()
    for slug, divisions in LISTS.items():
        table, whole = cells(site, slug), cells(totals, slug)
        for parts in divisions:
            for row, shown in table.items():
                divided(puzzle, slug, row, shown, parts)
            for column in {parts.whole, *parts.parts}:
                # A row that the page leaves out is an unknown too: other tables tell that it exists.
                rows = [
                    (slug, row, column) for row in whole if row not in table or (slug, row, column) in puzzle.values
                ]
                numbers = [shown[column] for shown in whole.values() if column in shown]
                puzzle.sums(rows, sum(amount(text) for text in numbers if re.fullmatch(r"\d+", text)))
    return puzzle


def courses(site: Path) -> Puzzle:
    """The tables of months and weeks."""
    puzzle = Puzzle()
    for slug, divisions in COURSES.items():
        for row, shown in cells(site, slug).items():
            for parts in divisions:
                divided(puzzle, slug, row, shown, parts)
    for row in cells(site, "digitaler-weg"):
        paper, online = ("papierquote-eingang", row, "Anträge auf Papier"), ("digitaler-weg", row, "online")
        if {paper, online} <= puzzle.values.keys():
            neither = ("digitaler-weg", row, "weder auf Papier noch online")
            puzzle.sums([paper, online, neither], ("digitaler-weg", row, KNOWN_CHANNEL))
    return puzzle


def process(site: Path, place: int) -> Puzzle:
    """A drawn process: what enters a step is what leaves it, and paths are made of steps."""
    puzzle, slug = Puzzle(), f"prozess-{place}"
    edges, steps = cells(site, slug), cells(site, f"{slug}-schritte")
    cases, times, done = "Vorgänge (n)", "Übergänge", "Ausführungen (n)"
    starts, ends, again = "beginnen hier", "enden hier", "Vorgänge mit Wiederholung"
    for name, shown in edges.items():
        for column in (cases, times):
            puzzle.read((slug, name, column), shown[column])
        puzzle.at_most({(slug, name, cases): 1.0, (slug, name, times): -1.0})
    for name, shown in steps.items():
        for column in (cases, done, starts, ends, again):
            puzzle.read((slug, name, column), shown[column])
        own = {column: (slug, name, column) for column in (cases, done, starts, ends, again)}
        puzzle.sums(
            [(slug, edge, times) for edge, one in edges.items() if one["nach"] == name] + [own[starts]], own[done]
        )
        puzzle.sums([(slug, edge, times) for edge, one in edges.items() if one["von"] == name] + [own[ends]], own[done])
        puzzle.at_most({own[cases]: 1.0, own[again]: 1.0, own[done]: -1.0})
    paths = [
        (row[0].split(" → "), amount(row[1]))
        for row in csv_rows(site / "data" / f"{slug}-wege.csv")[1:]
        if row[1] != HIDDEN
    ]
    for name, shown in edges.items():
        pair = (shown["von"], shown["nach"])
        by_told = sum(count for path, count in paths for one in pairwise(path) if one == pair)
        puzzle.sums(
            [(slug, f"auf anderen Wegen: {name}", times), (slug, f"gezeigt: {name}", times)], (slug, name, times)
        )
        puzzle.values[slug, f"gezeigt: {name}", times] = by_told
    return puzzle


def told_few(puzzle: Puzzle, least: int) -> dict[Cell, int]:
    """Every count below the limit that a reader knows, printed or computed."""
    return {cell: value for cell, value in puzzle.solved().items() if 0 < value < least and "gezeigt: " not in cell[1]}
