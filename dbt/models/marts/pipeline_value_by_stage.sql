select stages.pipeline, stages.stage, deals.currency, count(*) as deals, sum(deals.value) as value
from {{ ref('stg_deals') }} as deals
join {{ ref('stg_stages') }} as stages using (stage_id)
where deals.status = 'open' and not deals.is_archived and not deals.is_deleted
group by stages.pipeline, stages.stage, stages.stage_order, deals.currency
order by stages.pipeline, stages.stage_order, deals.currency
