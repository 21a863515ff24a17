with

posts as (

    {{ admitted('posts', source('landing', 'posts')) }}

)

select
    posts.post_id,
    posts.office_code,
    posts.grade,
    cast(posts.fte as decimal(18, 4)) as fte,
    posts.lapses_on,
    posts.source,
    posts.delivery_id,
    posts.position
from posts
