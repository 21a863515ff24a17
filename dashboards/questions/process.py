"""Questions about the path a case takes: transitions, steps, variants."""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboards.questions.marts import Marts


def scopes(marts: Marts) -> pl.DataFrame:
    """Services with a drawn process, most cases first; the total only when nothing else is there."""
    return marts.ask(
        """
        select distinct scope, coalesce(s.service_name, scope) as name, total_cases
        from monitor.rpt_process_map as p left join monitor.dim_services as s on s.service_code = p.scope
        where total_cases >= $least
        order by scope = 'all', total_cases desc, scope
        """,
        least=marts.least,
    )


UNLISTED: Final = {"unlisted": "nicht gelistet"}
"""What stands for steps that no list of the town has and that could be names."""


def edges(marts: Marts, scope: str) -> pl.DataFrame:
    """The edges of one process, commonest first; small ones keep their ends and lose their values."""
    return marts.ask_hiding(
        ("scope", "from_activity", "to_activity"),
        "select * from monitor.rpt_process_map where scope = $scope order by case_count desc, "
        "from_activity, to_activity",
        scope=scope,
    ).with_columns(pl.col("from_activity", "to_activity").replace(UNLISTED))


def activities(marts: Marts, scope: str) -> pl.DataFrame:
    """The steps of one process, commonest first."""
    return marts.ask_hiding(
        ("scope", "activity"),
        "select * from monitor.rpt_activities where scope = $scope order by case_count desc, activity",
        scope=scope,
    ).with_columns(pl.col("activity").replace(UNLISTED))


def variants(marts: Marts, scope: str, most: int) -> pl.DataFrame:
    """The commonest paths of one process; `activities` is a list of step names."""
    return marts.ask_hiding(
        ("scope", "variant_id", "variant_rank"),
        "select * from monitor.rpt_variants where scope = $scope order by variant_rank limit $most",
        scope=scope,
        most=most,
    ).with_columns(pl.col("activities").list.eval(pl.element().replace(UNLISTED)))
