select
  coalesce(lost_reason, 'no reason given') as reason,
  currency,
  count(*) as deals,
  sum(value) as value
from {{ ref('stg_deals') }}
where status = 'lost' and not is_deleted
group by 1, currency
