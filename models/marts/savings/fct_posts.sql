with

posts as (

    select * from {{ ref('stg_landing__posts') }}

),

posts_admitted as (

    select *
    from {{ ref('int_rows_judged') }}
    where record_kind = 'posts' and verdict = 'admitted'

)

select
    posts.post_id,
    posts.office_code,
    posts.grade,
    cast(posts.fte as decimal(18, 4)) as fte,
    posts.lapses_on,
    posts.source,
    posts.delivery_id
from posts
inner join posts_admitted
    on
        posts.delivery_id = posts_admitted.delivery_id
        and posts.position = posts_admitted.position
