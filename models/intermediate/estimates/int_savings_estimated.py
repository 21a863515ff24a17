"""Step 5 of the walk, between the counted cohorts and the reports; what is computed stands in pipelines/estimates."""

from pipelines.estimates.baselines import claimed_savings


def model(dbt, session):
    """Minutes each measure saved, and their totals."""
    dbt.config(materialized="table")
    (settings,) = dbt.ref("int_settings_read").pl().to_dicts()
    services = dbt.source("town", "services").pl()
    return claimed_savings(
        dbt.ref("int_cohorts_counted").pl(),
        dbt.ref("int_measure_claims_read").pl(),
        dbt.ref("int_minutes_read").pl(),
        dbt.ref("int_baselines_cut").pl(),
        settings["as_of_month"],
        settings["min_cases"],
        dict(services.select("service_code", "office_code").iter_rows()),
    ).to_arrow()
