select
  count(*) as leads,
  count(deals.deal_id) as converted,
  round(100.0 * count(deals.deal_id) / count(*), 1) as converted_percent
from {{ ref('stg_leads') }} as leads
left join (
  select source_lead_id, min(deal_id) as deal_id
  from {{ ref('stg_deals') }}
  where not is_deleted
  group by source_lead_id
) as deals on deals.source_lead_id = leads.lead_id
