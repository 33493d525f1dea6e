-- Every lead once, also those that became deals: these leave Pipedrive's lists, and their deals name them.
select id as lead_id from {{ source('pipedrive', 'leads') }}
union
select id from {{ source('pipedrive', 'leads_archived') }}
union
select source_lead_id from {{ ref('stg_deals') }} where source_lead_id is not null and not is_deleted
