with

quarantine as (

    select * from {{ ref('fct_quarantine') }}

),

covered as (

    select * from {{ ref('int_months_covered') }}
    where is_current

),

counted as (

    select
        source,
        reason_code,
        coalesce(column_name, 'none') as column_name,
        min(reason) as reason,
        count(*) as records
    from quarantine
    group by source, reason_code, coalesce(column_name, 'none')

)

select
    counted.source,
    counted.reason_code,
    counted.column_name,
    counted.reason,
    cast(counted.records as bigint) as records,
    covered.coverage_share,
    covered.is_provisional,
    false as is_small_cell
from counted
cross join covered
