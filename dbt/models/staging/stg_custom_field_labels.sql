-- A row for each deal and single-option custom field that is set, with the option's label, also of deleted options.
select deals.deal_id, fields.name as field, options.label
from {{ ref('stg_deals') }} as deals
cross join {{ source('pipedrive', 'deal_fields') }} as fields
join {{ source('pipedrive', 'field_options') }} as options
  on options.entity = 'deal'
  and options.field_key = fields.key
  and options.id = json_extract_string(deals.custom_fields, '$."' || fields.key || '"')
where fields.is_custom and fields.field_type = 'enum' and not deals.is_deleted
