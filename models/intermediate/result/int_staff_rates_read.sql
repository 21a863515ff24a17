with

assumptions as (

    select * from {{ source('town', 'assumptions') }}

)

-- staff_cost_rate is the whole town's, staff_cost_rate.<service_code> that of the grade which does the service's work.
select
    case
        when assumption = 'staff_cost_rate' then 'all'
        else substring(assumption, 17)
    end as service_code,
    value as rate_eur_per_hour,
    valid_from,
    valid_to,
    evidence_grade
from assumptions
where
    unit = 'eur_per_hour'
    and (assumption = 'staff_cost_rate' or substring(assumption, 1, 16) = 'staff_cost_rate.')
