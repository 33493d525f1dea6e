select
  count(*) filter (where is_deleted) as deleted,
  count(*) filter (where is_archived and not is_deleted) as archived,
  count(*) filter (where not is_archived and not is_deleted) as in_use
from {{ ref('stg_deals') }}
