"""Step 5 of the walk, for sums over years; what is computed stands in pipelines/estimates."""

from pipelines.estimates.years import years_frame


def model(dbt, session):
    """Minutes freed by office and year, and how long the savings of measures last."""
    dbt.config(materialized="table")
    (settings,) = dbt.ref("int_settings_read").pl().to_dicts()
    services = dbt.source("town", "services").pl()
    return years_frame(
        dbt.ref("int_cohorts_counted").pl(),
        dbt.ref("int_measure_claims_read").pl(),
        dbt.ref("int_minutes_read").pl(),
        dict(services.select("service_code", "office_code").iter_rows()),
        settings["as_of_month"],
        settings["min_cases"],
    ).to_arrow()
