"""Sections about paper that stand on more than one page."""

from __future__ import annotations

from functools import partial

import polars as pl

from dashboards.charts.intake import paper_intake
from dashboards.pages.context import MONTH, PROVISIONAL, PageContext, Row, period, year_words
from dashboards.questions import paper
from dashboards.words import numbers, say
from dashboards.words.glossary import CHANNELS
from dashboards.writing.elements import Figure, Section, TableColumn

COUNTED_AS = {"paper": "Papier", "online": "online"}
INTAKE_COLUMNS = (
    MONTH,
    "paper_share_in",
    TableColumn("paper_in_cases", "Anträge auf Papier", "count"),
    "known_channel_cases",
    "coverage_share",
    PROVISIONAL,
)


def intake_finding(have: PageContext) -> str:
    """The sentence a council member remembers."""
    row = have.latest(have.paper, "paper_share_in")
    now = have.share(row, have.metrics["paper_share_in"])
    if row is None or now is None:
        return say.no_statement(
            have.why_missing(have.paper, "Es fehlt der Eingangskanal der Anträge.", "paper_share_in")
        )
    return (
        f"Im {numbers.month(row['month'])} kamen {numbers.percent(now.value)} der Anträge auf Papier "
        f"({say.basis(now.base)}){say.share_moved(now)}."
        f"{have.since_then(have.paper, row['month'], 'paper_share_in')}{_by_counter(have)}"
    )


def _by_counter(have: PageContext) -> str:
    """How much of the paper is handed in at the counter: a reader thinks of letters."""
    rows = paper.paper_channels(have.marts).filter(pl.col("intake_channel") == "counter")
    if rows.is_empty():
        return ""
    share = numbers.percent(rows["channel_paper_share"][0])
    return f" Dazu zählt, was am Schalter abgegeben wird: in zwölf Monaten {share} aller Anträge."


def counting_changes(have: PageContext, column: str) -> pl.DataFrame:
    """The months from which a channel counts otherwise as `paper` or as `online`, each with the words of its rule."""
    changes = paper.rule_changes(have.marts, column).rows(named=True)
    words = {
        month: say.listed(
            [
                f"{CHANNELS.get(one['intake_channel'], one['intake_channel'])} {'' if one['counts'] else 'nicht mehr '}"
                f"als\u00a0{COUNTED_AS[column]}"
                for one in changes
                if one["month"] == month
            ]
        )
        for month in dict.fromkeys(one["month"] for one in changes)
    }
    rows = [(month, f"ab hier zählt {rule}", rule) for month, rule in words.items()]
    return pl.DataFrame(rows, {"month": pl.Date, "label": pl.String, "rule": pl.String}, orient="row")


def counting_words(changes: pl.DataFrame, frame: pl.DataFrame) -> str:
    """The sentence on new ways of counting within the drawn months; empty without one."""
    first, last = frame["month"][0], frame["month"][-1]
    inside = changes.filter((pl.col("month") > first) & (pl.col("month") <= last)).rows(named=True)
    said = [f"Ab {numbers.month(row['month'])} zählt {row['rule']}" for row in inside]
    return f" {'; '.join(said)}: Ein Sprung dort ist eine neue Zählweise, keine Veränderung." if said else ""


def intake_section(have: PageContext, *, link: bool) -> Section:
    """How much still comes on paper?"""
    question, finding = "Wie viel kommt noch auf Papier?", intake_finding(have)
    frame, row = have.full_months(have.paper), have.latest(have.paper, "paper_share_in")
    if row is None:
        return Section("eingang", question, missing=finding)
    target, changes = have.target("paper_share_in"), counting_changes(have, "paper")
    figure = Figure(
        subtitle="Anteil der Anträge auf Papier an allen Anträgen mit bekanntem Eingangskanal, je Monat"
        + (", mit Ziel" if target else ""),
        description=f"Liniendiagramm, {period(frame)}. {_course(frame.drop_nulls('paper_share_in'), changes)}",
        caption=have.caption(row["known_channel_cases"], period(frame), "rpt_paper_share_monthly")
        + _paper_channels(have)
        + counting_words(changes, frame)
        + _go_lives(have),
        table=have.table("papierquote-eingang", "Papierquote im Eingang nach Monaten", INTAKE_COLUMNS, have.paper),
        draw=partial(paper_intake, frame, target[0] if target else None, have.go_lives, changes),
    )
    more = ("papier.html", "Wo das Papier sonst noch ist") if link else None
    return Section("eingang", question, finding, figure, link=more)


def _go_lives(have: PageContext) -> str:
    if have.go_lives.is_empty():
        return ""
    names = [
        f"{number}\u00a0{_measures(row)} ({numbers.month_short(row['month'])})"
        for number, row in enumerate(have.go_lives.rows(named=True), 1)
    ]
    return f" Gepunktete Linien, Start der Maßnahmen: {say.listed(names)}."


def _measures(row: Row) -> str:
    others = row["measures"] - 1
    return f"{row['name']} und {say.plural(others, 'weitere', 'weitere')}" if others else row["name"]


def _paper_channels(have: PageContext) -> str:
    """Which channels the town counts as paper: a reader thinks of letters, a town often of the counter too."""
    names = [
        f"{CHANNELS.get(row['intake_channel'], row['intake_channel'])} "
        f"({numbers.percent(row['channel_paper_share'])}{'' if row['is_always_paper'] else ', zum Teil'})"
        for row in paper.paper_channels(have.marts).rows(named=True)
    ]
    sentence = f" Als Papier zählen, in Klammern ihr Anteil an allen Anträgen von {year_words(have.marts)}: "
    return f"{sentence}{say.listed(names)}." if names else ""


def _course(frame: pl.DataFrame, changes: pl.DataFrame) -> str:
    """From where to where the share went, since the town counts as it does today."""
    last = frame.row(-1, named=True)
    began = changes.filter(pl.col("month") <= last["month"])["month"].max()
    first = (frame if began is None else frame.filter(pl.col("month") >= began)).row(0, named=True)
    return (
        f"Von {numbers.percent(first['paper_share_in'])} im {numbers.month(first['month'])} auf "
        f"{numbers.percent(last['paper_share_in'])} im {numbers.month(last['month'])}."
    )
