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

from pipelines.run.generation import DATABASE, HIDDEN, Remembered
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


def published_before(generation: Path | None) -> dict[str, pl.DataFrame]:
    """The inputs ``published_figures published_deliveries revisions_so_far``; empty before the first generation.

    A generation of an earlier program that lacks a table gives an empty one; a column that it lacks is unknown.
    """
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


def hidden_before(generation: Path | None) -> str:
    """Which rows the pages that stand hide, as their generation wrote it; empty where there is none."""
    said = None if generation is None else generation / HIDDEN
    return said.read_text(encoding="utf-8") if said and said.is_file() else ""


def forgotten(town_folder: Path, known: Remembered) -> list[str]:
    """One sentence where the generation that stands is damaged, so that revisions since an earlier one are not told."""
    if not known.damaged:
        return []
    since = f"generation {known.whole.name} is compared with instead" if known.whole else "no earlier one is whole"
    return [
        f"{town_folder / 'current'}: the published generation was damaged ({', '.join(known.damaged[:3])}) and is made "
        f"again; {since}, so rpt_revisions may lack what moved in between."
    ]
