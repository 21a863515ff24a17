"""Two generations side by side: which published month moved, by how much, and why."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.run.generation import DATABASE
from pipelines.run.outcome import Exit, Stop
from pipelines.run.sql import quoted_text

# A figure that differs by less is the same figure; both generations divide once, in their last select.
SAME = 1e-9


@dataclass(frozen=True)
class Moved:
    """A published figure that is not what it was; ``None`` is unknown, as on the pages."""

    month: str
    metric: str
    scope: str
    old_value: float | None
    new_value: float | None
    cause: str


@dataclass(frozen=True)
class Difference:
    """What lies between two generations.

    Attributes:
        inputs: sentences about deliveries, parameters and program.
        moved: figures of months that both tell, in order.
        added: how many figures only the newer one tells.
    """

    inputs: list[str]
    moved: list[Moved]
    added: int


def difference(town_folder: Path, older: str, newer: str) -> Difference:
    """Compare the published monthly figures of two generations.

    Raises:
        Stop: with exit 2 when a generation is not kept, or is of a program that did not publish monthly figures; with
            8 when it is damaged.
    """
    files = [_database(town_folder, generation) for generation in (older, newer)]
    with duckdb.connect() as connection:
        try:
            connection.execute(f"attach {quoted_text(str(files[0]))} as older (read_only)")
            connection.execute(f"attach {quoted_text(str(files[1]))} as newer (read_only)")
            moved = [Moved(*row) for row in connection.execute(_MOVED, [SAME]).fetchall()]
            (added,) = connection.execute(_ADDED).fetchall()[0]
            inputs = connection.execute(_INPUTS).fetchall()[0]
        except duckdb.CatalogException as error:
            raise Stop(
                Exit.CONFIGURATION,
                "one of the two generations was made by an earlier program that published no monthly figures; "
                "choose later ones.",
            ) from error
        except duckdb.Error as error:
            raise Stop(
                Exit.INTEGRITY, "one of the two generations is damaged; choose another, or restore it from the backup."
            ) from error
    return Difference(_sentences(*inputs), moved, int(added))


def _database(town_folder: Path, generation: str) -> Path:
    folder = town_folder / "generations"
    found = folder / generation / DATABASE
    if Path(generation).name != generation or not found.is_file():
        kept = sorted(path.name for path in folder.glob("*") if path.is_dir() and not path.name.startswith("."))
        raise Stop(
            Exit.CONFIGURATION, f"{generation}: no such generation is kept; there are {', '.join(kept) or 'none yet'}."
        )
    return found.resolve()


def _sentences(new: int, gone: int, has_other_parameters: bool, has_other_program: bool) -> list[str]:
    sentences = [f"{new:,} deliveries came, {gone:,} went."]
    if has_other_parameters:
        sentences.append("The parameters differ.")
    if has_other_program:
        sentences.append("The program differs.")
    return sentences


_MOVED = """
    with causes as (
        select r.metric, r.scope, r.month, string_agg(distinct r.cause, ', ' order by r.cause) as cause
        from newer.monitor.rpt_revisions as r
        cross join older.monitor.dim_generation as o
        where r.revised_on >= o.as_of and r.to_generation_id <> o.generation_id
        group by all
    )
    select
        cast(n.month as varchar), n.metric, n.scope, o.value, n.value,
        case
            when n.month >= date_trunc('month', g.as_of) then 'the month was running'
            else coalesce(c.cause, 'not recorded')
        end
    from newer.monitor.rpt_monthly_figures as n
    cross join older.monitor.dim_generation as g
    inner join older.monitor.rpt_monthly_figures as o using (metric, scope, month)
    left join causes as c using (metric, scope, month)
    where (o.value is null) <> (n.value is null)
        or abs(n.value - o.value) > ? * greatest(abs(n.value), abs(o.value))
    order by n.month, n.metric, n.scope
"""
_ADDED = """
    select count(*)
    from newer.monitor.rpt_monthly_figures as n
    anti join older.monitor.rpt_monthly_figures as o using (metric, scope, month)
"""
_INPUTS = """
    select
        (select count(*) from newer.monitor.fct_deliveries anti join older.monitor.fct_deliveries using (delivery_id)),
        (select count(*) from older.monitor.fct_deliveries anti join newer.monitor.fct_deliveries using (delivery_id)),
        (select n.parameters_hash is distinct from o.parameters_hash),
        (select n.program_version is distinct from o.program_version)
    from newer.monitor.dim_generation as n cross join older.monitor.dim_generation as o
"""
