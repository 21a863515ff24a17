"""Step 5 of the walk: when a measure has paid for itself; what is computed stands in pipelines/estimates."""

from pipelines.estimates.appraising.frames import appraisal_frame


def model(dbt, session):
    """Present values, payback and what moves them, of each measure and the town."""
    dbt.config(materialized="table")
    (settings,) = dbt.ref("int_settings_read").pl().to_dicts()
    return appraisal_frame(
        dbt.ref("int_appraisal_months_filled").pl(),
        dbt.ref("int_pace_measured").pl(),
        dbt.ref("int_changes_dated").pl(),
        dbt.source("town", "measures").pl(),
        dbt.ref("int_assumptions_held").pl(),
        settings["as_of_month"],
    ).to_arrow()
