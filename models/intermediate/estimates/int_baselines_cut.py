"""The state before each go-live: what the ledger holds of it, and what the log says today."""

from pipelines.estimates.baselines import baselines_frame


def model(dbt, session):
    """Baselines of earlier runs, and those this run finds whole or changed."""
    dbt.config(materialized="table")
    (settings,) = dbt.ref("int_settings_read").pl().to_dicts()
    return baselines_frame(
        dbt.ref("int_cohorts_counted").pl(),
        dbt.ref("int_measure_claims_read").pl(),
        dbt.ref("int_minutes_read").pl(),
        dbt.source("town", "frozen_baselines").pl(),
        settings["as_of"],
    ).to_arrow()
