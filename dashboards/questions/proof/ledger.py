"""Questions about the ledger: what is recorded of each measure, how far it came, and the hash that stands for it."""

from __future__ import annotations

import polars as pl

from dashboards.questions.marts import Marts


def totals(marts: Marts) -> pl.DataFrame:
    """One row per measure, effect class, status, grade and standing; what stands first, the farthest status first."""
    return marts.ask(
        """
        select coalesce(m.measure_name, t.measure_id) as measure_name, t.*
        from monitor.rpt_ledger_totals as t
        left join monitor.dim_measures as m using (measure_id)
        where t.measure_id <> 'all'
        order by
            list_position(['standing', 'expired', 'superseded'], t.claim_standing),
            list_position(['audited', 'executed', 'proven', 'measured', 'expected', 'planned'], t.status),
            measure_name, t.effect_class, t.evidence_grade
        """
    )


def standings(marts: Marts) -> pl.DataFrame:
    """One row per standing with the entries, those that another function signed as proven, and those that moved."""
    return marts.ask(
        """
        select claim_standing, claim_count, signed_count, differing_count from monitor.rpt_ledger_totals
        where measure_id = 'all'
        """
    )


def head(marts: Marts) -> str:
    """The hash of the newest entry of the ledger; empty without a ledger."""
    frame = marts.ask("select coalesce(ledger_head, '') as head from monitor.dim_generation")
    return "" if frame.is_empty() else str(frame["head"][0])
