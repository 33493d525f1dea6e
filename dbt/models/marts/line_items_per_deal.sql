select
  deals.deal_id,
  deals.title,
  count(*) as line_items,
  sum(items.quantity) as quantity,
  sum(items.sum) as amount
from {{ ref('stg_deals') }} as deals
join {{ source('pipedrive', 'deal_products') }} as items on items.deal_id = deals.deal_id
where not deals.is_deleted
group by deals.deal_id, deals.title
