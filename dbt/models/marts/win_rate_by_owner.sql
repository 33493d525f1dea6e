select
  users.name as owner,
  count(*) filter (where deals.status = 'won') as won,
  count(*) filter (where deals.status = 'lost') as lost,
  round(100.0 * count(*) filter (where deals.status = 'won') / count(*), 1) as won_percent
from {{ ref('stg_deals') }} as deals
join {{ source('pipedrive', 'users') }} as users on users.id = deals.owner_id
where deals.status in ('won', 'lost') and not deals.is_deleted
group by users.name
