"""What the models read beside landing and the parameter files: tables the program writes at the start of a build."""

from __future__ import annotations

from typing import Final

import polars as pl

INPUTS: Final[dict[str, dict[str, pl.DataType]]] = {
    "run": {
        "generation_id": pl.String(),
        "as_of": pl.Date(),
        "built_at": pl.Datetime("us"),
        "input_hash": pl.String(),
        "ledger_head": pl.String(),
        "contract_version": pl.String(),
        "program_version": pl.String(),
        "timezone": pl.String(),
        "parameters_hash": pl.String(),
    },
    "settings": {"key": pl.String(), "value": pl.String()},
    "sources": {
        "source": pl.String(),
        "source_rank": pl.Int64(),
        "title": pl.String(),
        "system": pl.String(),
        "mode": pl.String(),
        "expected_every_days": pl.Int64(),
        "ended_on": pl.Date(),
        "same_events_as": pl.String(),
        "corrects": pl.Boolean(),
    },
    "precedence": {"column_name": pl.String(), "source": pl.String(), "rank": pl.Int64()},
    "successors": {"service_code": pl.String(), "current_service_code": pl.String()},
    "refused_deliveries": {"source": pl.String(), "refused": pl.Int64()},
    "warned_deliveries": {"delivery_id": pl.String()},
    "holidays": {"holiday_on": pl.Date(), "holiday_name": pl.String()},
    "published_figures": {
        "generation_id": pl.String(),
        "as_of": pl.Date(),
        "program_version": pl.String(),
        "parameters_hash": pl.String(),
        "metric": pl.String(),
        "scope": pl.String(),
        "month": pl.Date(),
        "value": pl.Float64(),
        "cases": pl.Int64(),
    },
    "published_deliveries": {"delivery_id": pl.String()},
    "revisions_so_far": {
        "metric": pl.String(),
        "scope": pl.String(),
        "month": pl.Date(),
        "old_value": pl.Float64(),
        "new_value": pl.Float64(),
        "cases_before": pl.Int64(),
        "cases_after": pl.Int64(),
        "cause": pl.String(),
        "from_generation_id": pl.String(),
        "to_generation_id": pl.String(),
        "revised_on": pl.Date(),
    },
}
