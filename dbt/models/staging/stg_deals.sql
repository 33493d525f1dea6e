-- Every deal once: deals_archived has those that are archived, deals all others. Deleted ones are marked.
{% set columns %}
  id as deal_id,
  title,
  status,
  stage_id,
  pipeline_id,
  owner_id,
  person_id,
  org_id,
  value,
  currency,
  probability,
  expected_close_date,
  lost_reason,
  source_lead_id,
  last_incoming_mail_time,
  last_outgoing_mail_time,
  add_time,
  won_time,
  is_archived,
  is_deleted,
  custom_fields
{% endset %}

select {{ columns }} from {{ source('pipedrive', 'deals') }} where not is_archived
union all
select {{ columns }} from {{ source('pipedrive', 'deals_archived') }} where is_archived
