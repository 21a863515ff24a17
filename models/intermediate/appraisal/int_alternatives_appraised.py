"""Step 5 of the walk: what ways to run a measure's services cost; what is computed stands in pipelines/estimates."""

from pipelines.estimates.appraising.frames import alternatives_frame
from pipelines.estimates.appraising.outlook import Known
from pipelines.estimates.appraising.worth import SEED


def model(dbt, session):
    """The net present value of each way, per measure."""
    dbt.config(materialized="table")
    (settings,) = dbt.ref("int_settings_read").pl().to_dicts()
    known = Known.of_frames(
        dbt.ref("int_appraisal_months_filled").pl(),
        dbt.ref("int_pace_measured").pl(),
        dbt.ref("int_changes_dated").pl(),
        dbt.ref("int_assumptions_held").pl(),
        settings["as_of_month"],
        SEED,
    )
    measures = dbt.source("town", "measures").pl()
    return alternatives_frame(known, measures, dbt.ref("int_alternatives_counted").pl()).to_arrow()
