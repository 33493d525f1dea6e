-- A deal without a probability of its own has that of its stage.
select
  strftime(deals.expected_close_date, '%Y-%m') as month,
  deals.currency,
  count(*) as deals,
  sum(deals.value) as value,
  round(sum(deals.value * coalesce(deals.probability, stages.deal_probability, 100) / 100), 2) as weighted_value
from {{ ref('stg_deals') }} as deals
join {{ ref('stg_stages') }} as stages using (stage_id)
where deals.status = 'open'
  and not deals.is_archived
  and not deals.is_deleted
  and deals.expected_close_date is not null
group by 1, deals.currency
