select field, label, count(*) as deals
from {{ ref('stg_custom_field_labels') }}
group by field, label
