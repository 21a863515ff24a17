"""Deliveries of any size in the format of real exports, written quickly: for the benchmark of the way in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq

ROWS_AT_ONCE = 200_000
EVENTS_PER_CASE = 6
STEPS = ("Eingang", "Vollständigkeit geprüft", "Rückfrage", "Stellungnahme Fachamt", "Bescheid", "Versand", "Ablage")
CHANNELS = ("Internet", "Post", "Schalter", "Telefon", "E-Mail")
# One event in five is a small unit's.
UNITS = ("buergeramt", "rathaus", "buergeramt", "rathaus", "standesamt")
STREETS = ("Hafenstraße", "Bürgermeister-Smidt-Straße", "Am Alten Markt", "Grünstraße", "Lange Straße")
TIME = "%d.%m.%Y %H:%M"

CSV_COLUMNS = {
    "case_ref": "Aktenzeichen",
    "activity": "Arbeitsschritt",
    "occurred_at": "Zeitpunkt",
    "unit": "Organisationseinheit",
    "channel": "Eingangsweg",
    "service": "Leistung",
    "case_type": "Vorgangsart",
    "received_at": "Eingang",
}
CSV_TABLE = {"delimiter": ";", "encoding": "windows-1252", "decimal": ",", "timestamp_format": TIME}
MEANINGS = {
    "channel": {"Internet": "online", "Post": "post", "Schalter": "counter", "Telefon": "phone", "E-Mail": "email"}
}


def event_frames(rows: int) -> Iterator[pl.DataFrame]:
    """Events as a line application exports them, sorted by time; about six events per case."""
    draw = np.random.default_rng(7)
    start = np.datetime64("2024-01-02T08:00", "us")
    for first in range(0, rows, ROWS_AT_ONCE):
        count = min(ROWS_AT_ONCE, rows - first)
        number = np.arange(first, first + count)
        # Cases of one time overlap: an event belongs to one of the last few thousand cases.
        case = np.maximum(number // EVENTS_PER_CASE - draw.integers(0, 4000, count), 0)
        minute, received = (
            pl.Series(start + (at // 3 % 1_000_000).astype("timedelta64[m]").astype("timedelta64[us]")).dt.strftime(
                TIME
            )
            for at in (number, case * EVENTS_PER_CASE)
        )
        yield pl.DataFrame(
            {
                "Mandant": pl.Series(["031"]).new_from_index(0, count),
                "Aktenzeichen": pl.Series(case).cast(pl.String).str.zfill(8).str.replace("^", "63.1-2024-"),
                "Arbeitsschritt": pl.Series(STEPS).gather(number % len(STEPS)),
                "Zeitpunkt": minute,
                "Organisationseinheit": pl.Series(UNITS).gather(draw.integers(0, len(UNITS), count)),
                "Sachbearbeitung": pl.Series(draw.integers(0, 80, count)).cast(pl.String).str.replace("^", "SB-"),
                "Eingangsweg": pl.Series(CHANNELS).gather(case % len(CHANNELS)),
                "Leistung": pl.Series(["parkausweis", "trauung"]).gather(case % 2),
                "Vorgangsart": pl.Series(["Erstantrag", "Verlängerung", "Änderung"]).gather(case % 3),
                "Eingang": received,
                "Grundstück": pl.Series(STREETS).gather(draw.integers(0, len(STREETS), count)),
                "Bemerkung": pl.Series(["", "", "", "siehe Akte; Anlage 2 fehlt"]).gather(draw.integers(0, 4, count)),
            }
        )


def write_csv_events(path: Path, rows: int, *, quoted: bool) -> Path:
    """A German export in Windows-1252: every value in quotes, or none."""
    with path.open("wb") as file:
        for number, frame in enumerate(event_frames(rows)):
            plain = frame if quoted else frame.with_columns(pl.col("Bemerkung").str.replace_all(";", ",", literal=True))
            text = plain.write_csv(
                separator=";",
                include_header=number == 0,
                quote_style="always" if quoted else "never",
                line_terminator="\r\n",
            )
            file.write(text.encode("windows-1252"))
    return path


def write_parquet_events(path: Path, rows: int) -> Path:
    """The same events as Parquet."""
    with pq.ParquetWriter(path, next(event_frames(1)).to_arrow().schema) as writer:
        for frame in event_frames(rows):
            writer.write_table(frame.to_arrow(), row_group_size=100_000)
    return path


def write_jsonl_events(path: Path, rows: int) -> Path:
    """The same events as JSON Lines."""
    with path.open("wb") as file:
        for frame in event_frames(rows):
            frame.write_ndjson(file)
    return path


def write_xes_events(path: Path, rows: int) -> Path:
    """The same events as an event log: six attributes of an event, four of its trace."""
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0" xmlns="http://www.xes-standard.org/">\n'
    with path.open("wb") as file:
        file.write(head.encode())
        for frame in event_frames(rows):
            file.write(_traces(frame).encode())
        file.write(b"</log>\n")
    return path


def _attribute(tag: str, key: str, column: str) -> pl.Expr:
    return pl.format('\t\t\t<{} key="{}" value="{}"/>\n', pl.lit(tag), pl.lit(key), pl.col(column))


def _traces(frame: pl.DataFrame) -> str:
    when = pl.col("Zeitpunkt").str.to_datetime(TIME).dt.strftime("%Y-%m-%dT%H:%M:00.000+01:00")
    rows = frame.with_columns(when=when)
    event = pl.concat_str(
        pl.lit("\t\t<event>\n"),
        _attribute("string", "concept:name", "Arbeitsschritt"),
        _attribute("string", "lifecycle:transition", "Mandant"),
        _attribute("string", "org:resource", "Sachbearbeitung"),
        _attribute("string", "org:group", "Organisationseinheit"),
        _attribute("date", "time:timestamp", "when"),
        _attribute("string", "street", "Grundstück"),
        pl.lit("\t\t</event>\n"),
    )
    trace = pl.concat_str(
        pl.lit("\t<trace>\n"),
        _attribute("string", "concept:name", "Aktenzeichen"),
        _attribute("string", "channel", "Eingangsweg"),
        _attribute("string", "service", "Leistung"),
        _attribute("string", "case_type", "Vorgangsart"),
        pl.col("event"),
        pl.lit("\t</trace>\n"),
    )
    cases = (
        rows.with_columns(event=event)
        .group_by("Aktenzeichen", maintain_order=True)
        .agg(pl.col("event").str.join(""), pl.col("Eingangsweg", "Leistung", "Vorgangsart").first())
    )
    return str(cases.select(trace.str.join("")).item())
