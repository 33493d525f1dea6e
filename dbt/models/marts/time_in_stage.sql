-- Stages that deals are still in have no left_time and do not count.
select stages.stage, count(*) as stays, round(avg(history.seconds) / 86400, 1) as average_days
from {{ source('pipedrive', 'deal_stage_history') }} as history
join {{ ref('stg_stages') }} as stages on stages.stage_id = history.stage_id
join {{ ref('stg_deals') }} as deals on deals.deal_id = history.deal_id
where history.left_time is not null and not deals.is_deleted
group by stages.stage_id, stages.stage
