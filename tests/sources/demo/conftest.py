"""One small invented town for all tests of this folder, read back from its files without the generator's help."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sources.demo.invent import write_town

AS_OF = dt.date(2026, 6, 30)
KEY_ID = "0123456789ab"


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town's folder at scale 0.02."""
    folder = tmp_path_factory.mktemp("musterhafen")
    write_town(folder, scale=0.02, as_of=AS_OF, key_id=KEY_ID)
    return folder


@pytest.fixture(scope="session")
def truth(town: Path) -> dict[str, Any]:
    return json.loads((town / "truth.json").read_text(encoding="utf-8"))


def case_number(column: str) -> pl.Expr:
    return pl.col(column).str.normalize("NFKC").str.strip_chars().str.to_uppercase()


@pytest.fixture(scope="session")
def portal_rows(town: Path) -> pl.DataFrame:
    """Honest portal rows: readable, distinct, time as naive local."""
    frames = [
        pl.read_csv(path.read_bytes().decode("windows-1252").encode(), separator=";", infer_schema=False)
        for path in sorted((town / "inbox/portal").glob("*.csv"))
    ]
    at = pl.col("Zeitpunkt").str.to_datetime("%d.%m.%Y %H:%M", strict=False)
    return (
        pl.concat(frames)
        .with_columns(case=case_number("Vorgangsnummer"), at=at)
        .filter(pl.col("at").dt.year().is_between(1970, 2100), ~pl.col("Ereignis").str.contains("@"))
        .unique(maintain_order=True)
    )


@pytest.fixture(scope="session")
def case_rows(town: Path) -> pl.DataFrame:
    """All rows of the case system under the number that counts, instants in UTC."""
    frames = [
        pl.read_ndjson(path, infer_schema_length=None) for path in sorted((town / "inbox/faelle").glob("*.jsonl"))
    ]
    instants = ("zeit", "beginn", "eingang_am", "erledigt_am")
    return (
        pl.concat(frames, how="vertical_relaxed")
        .with_columns(pl.coalesce("zusammengelegt_mit", case_number("vorgang")).alias("case"))
        .with_columns(
            pl.col(name).cast(pl.String).str.to_datetime("%Y-%m-%dT%H:%M:%S%#z", time_zone="UTC") for name in instants
        )
        .with_columns(pl.col("frist").cast(pl.String).str.to_date())
    )


@pytest.fixture(scope="session")
def cases(case_rows: pl.DataFrame, portal_rows: pl.DataFrame) -> pl.DataFrame:
    """One row per case, the case system's word first, as the door and the merge should see it."""
    known = case_rows.group_by("case").agg(
        pl.col("leistung").first(),
        pl.col("amt").first(),
        pl.col("antragsart").first(),
        pl.col("eingangsweg").first(),
        pl.col("eingang_am").first(),
        pl.col("erledigt_am").drop_nulls().last(),
        pl.col("frist").first(),
    )
    to_day = pl.col("amt") == "friedhof"
    for name in ("eingang_am", "erledigt_am"):
        local = pl.col(name).dt.convert_time_zone("Europe/Berlin")
        known = known.with_columns(pl.when(to_day).then(local.dt.truncate("1d")).otherwise(local).alias(name))
    channels = {
        "Online": "online",
        "E-Mail": "email",
        "Post": "post",
        "Schalter": "counter",
        "Telefon": "phone",
        "Telefax": "fax",
        "Intern": "internal",
        "Online mit Unterstützung": "counter",
    }
    only_portal = portal_rows.join(known, on="case", how="anti").group_by("case").agg(pl.all().sort_by("at").first())
    names = dict(_service_codes(known, portal_rows))
    extra = only_portal.select(
        "case",
        leistung=pl.col("Leistung").replace_strict(names),
        antragsart=pl.col("Antragsart"),
        eingangsweg=pl.col("Kanal"),
        eingang_am=pl.col("at").dt.replace_time_zone("Europe/Berlin", ambiguous="earliest"),
    )
    return pl.concat([known, extra], how="diagonal_relaxed").with_columns(
        channel=pl.col("eingangsweg").replace_strict(channels, default="unknown"),
        received_on=pl.col("eingang_am").dt.date(),
        closed_on=pl.col("erledigt_am").dt.date(),
    )


def _service_codes(known: pl.DataFrame, portal_rows: pl.DataFrame) -> list[tuple[str, str]]:
    both = portal_rows.join(known, on="case").select("Leistung", "leistung").unique()
    return both.rows()
