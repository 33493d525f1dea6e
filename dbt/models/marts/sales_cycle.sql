select
  pipelines.name as pipeline,
  count(*) as won,
  round(avg(epoch(deals.won_time) - epoch(deals.add_time)) / 86400, 1) as average_days,
  round(median(epoch(deals.won_time) - epoch(deals.add_time)) / 86400, 1) as median_days
from {{ ref('stg_deals') }} as deals
join {{ source('pipedrive', 'pipelines') }} as pipelines on pipelines.id = deals.pipeline_id
where deals.status = 'won' and deals.won_time is not null and not deals.is_deleted
group by pipelines.name
