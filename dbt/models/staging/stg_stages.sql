select
  stages.id as stage_id,
  stages.name as stage,
  stages.order_nr as stage_order,
  stages.deal_probability,
  pipelines.id as pipeline_id,
  pipelines.name as pipeline
from {{ source('pipedrive', 'stages') }} as stages
join {{ source('pipedrive', 'pipelines') }} as pipelines on pipelines.id = stages.pipeline_id
