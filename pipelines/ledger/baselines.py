"""Baselines in the ledger: cases and minutes as they counted when a baseline was frozen, bound into the chain."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import polars as pl

from pipelines.ledger.adoptions import adoptions_of
from pipelines.ledger.chain import appending, entries
from sources.contract.inputs import INPUTS

_KIND: Final = "baseline"
_SCHEMA: Final = INPUTS["frozen_baselines"]
_HEADER: Final = (
    *("baseline_id", "service_code", "live_on", "known_from"),
    *("version", "kind", "frozen_on", "content_hash"),
)
_ADOPTED: Final = ("adoption", "adopted_on", "adopted_because")
_CELLS: Final = tuple(name for name in _SCHEMA if name not in _HEADER and name not in _ADOPTED)


def frozen_baselines(town_folder: Path) -> pl.DataFrame:
    """Every version of every baseline, cell by cell, as the models read them.

    Of several versions that were adopted the one with the highest `adoption` counts.

    Raises:
        BrokenLedger: the chain was altered.
    """
    told = entries(town_folder)
    adopted = {
        entry.facts["baseline_id"]: (entry.number, entry.recorded_at.date().isoformat(), entry.facts["reason"])
        for entry in adoptions_of(told).counted
    }
    frames = [_frame(entry.facts, adopted) for entry in told if entry.kind == _KIND]
    return pl.concat([pl.DataFrame(schema=_SCHEMA), *frames])


def adopted_since(town_folder: Path, head: str | None) -> str | None:
    """Why another version of a baseline counts since the chain had a head; None where none does.

    Args:
        town_folder: the town's folder.
        head: hash of the entry that was the last one; None for an empty ledger.

    Raises:
        BrokenLedger: the chain was altered.
    """
    told = entries(town_folder)
    known = next((entry.number for entry in told if entry.row_hash == head), 0)
    since = [entry.facts["reason"] for entry in adoptions_of(told).counted if entry.number > known]
    return since[-1] if since else None


def freeze(town_folder: Path, baselines: pl.DataFrame, generation_id: str) -> int:
    """Write new baselines into the ledger, one entry each; returns how many.

    Args:
        town_folder: the town's folder.
        baselines: the cells of those to be frozen, columns as `frozen_baselines`.
        generation_id: the generation that computed them.

    Raises:
        BrokenLedger: the chain was altered; nothing is written.
    """
    if baselines.is_empty():
        return 0
    with appending(town_folder) as draft:
        for header, cells in baselines.partition_by(_HEADER, as_dict=True, maintain_order=True).items():
            facts = dict(zip(_HEADER, header, strict=True)) | {
                "frozen_in": generation_id,
                "cells": [list(row) for row in cells.select(_CELLS).iter_rows()],
            }
            draft.add(_KIND, facts)
    return baselines["baseline_id"].n_unique()


def head_before_own(town_folder: Path, generation_id: str | None) -> str | None:
    """The head of the chain without the baselines a generation froze last itself, which are no news to it.

    Raises:
        BrokenLedger: the chain was altered.
    """
    chain = entries(town_folder)
    while chain and generation_id and chain[-1].facts.get("frozen_in") == generation_id:
        chain.pop()
    return chain[-1].row_hash if chain else None


def last_frozen_in(town_folder: Path) -> str | None:
    """The generation that froze the newest entry; None where that is no frozen baseline.

    Raises:
        BrokenLedger: the chain was altered.
    """
    chain = entries(town_folder)
    return chain[-1].facts.get("frozen_in") if chain else None


def _frame(facts: Mapping[str, Any], adopted: Mapping[str, tuple[int, str, str]]) -> pl.DataFrame:
    cells = pl.DataFrame(facts["cells"], schema=list(_CELLS), orient="row", infer_schema_length=None)
    said = {name: facts[name] for name in _HEADER}
    said |= dict(zip(_ADOPTED, adopted.get(facts["baseline_id"], (None, None, None)), strict=True))
    frame = cells.with_columns(pl.lit(value).alias(name) for name, value in said.items())
    # Days come back as texts.
    return frame.select(
        pl.col(name).cast(pl.String).str.to_date("%Y-%m-%d") if dtype == pl.Date else pl.col(name).cast(dtype)
        for name, dtype in _SCHEMA.items()
    )
