"""What was published before this run: monthly figures, deliveries and revisions of the generation that stands.

A figure that moved since shows only beside its earlier value. This is the one input that a rebuild on an empty machine
does not have; ``rpt_revisions`` is therefore the one table that such a rebuild does not give back. What pages hid
they go on hiding: that never enters a table.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from pipelines.run.generation import DATABASE, HIDDEN, damaged_parts, newest_whole
from sources.contract.inputs import INPUTS

_QUESTIONS: Final = {
    "published_figures": """
        select g.generation_id, g.as_of, g.program_version, g.parameters_hash, f.metric, f.scope, f.month, f.value,
               f.cases
        from monitor.rpt_monthly_figures as f cross join monitor.dim_generation as g
        """,
    "published_deliveries": "select delivery_id from monitor.fct_deliveries",
    "revisions_so_far": "from monitor.rpt_revisions",
}


def published_before(town_folder: Path) -> dict[str, pl.DataFrame]:
    """The inputs ``published_figures published_deliveries revisions_so_far``; empty before the first generation.

    Where the generation that stands is damaged, the newest that is whole remembers instead. A generation of an earlier
    program that lacks a table gives an empty one; a column that it lacks is unknown.
    """
    generation = newest_whole(town_folder)
    frames = {name: pl.DataFrame(schema=INPUTS[name]) for name in _QUESTIONS}
    if generation is None:
        return frames
    with duckdb.connect(str(generation / DATABASE), read_only=True) as connection:
        for name, question in _QUESTIONS.items():
            try:
                found = connection.execute(question)
            except (duckdb.CatalogException, duckdb.BinderException):
                continue
            held, wanted = [column[0] for column in found.description or ()], INPUTS[name]
            types = {column: wanted.get(column) for column in held}
            frame = pl.DataFrame(found.fetchall(), types, orient="row", infer_schema_length=None)
            lacking = [pl.lit(None, wanted[column]).alias(column) for column in wanted if column not in held]
            frames[name] = frame.with_columns(lacking).select(*wanted)
    return frames


def hidden_before(town_folder: Path) -> str:
    """Which rows the pages that stand hide, as their generation wrote it; empty where there is none."""
    generation = newest_whole(town_folder)
    said = None if generation is None else generation / HIDDEN
    return said.read_text(encoding="utf-8") if said and said.is_file() else ""


def forgotten(town_folder: Path) -> list[str]:
    """One sentence where the generation that stands is damaged, so that revisions since an earlier one are not told."""
    if not (town_folder / "current").is_symlink() or not (damaged := damaged_parts(town_folder / "current")):
        return []
    remembers = newest_whole(town_folder)
    since = f"generation {remembers.name} is compared with instead" if remembers else "no earlier one is whole"
    return [
        f"{town_folder / 'current'}: the published generation was damaged ({', '.join(damaged[:3])}) and is made again;"
        f" {since}, so rpt_revisions may lack what moved in between."
    ]
