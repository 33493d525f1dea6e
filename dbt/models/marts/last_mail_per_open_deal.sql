select deal_id, title, greatest(last_incoming_mail_time, last_outgoing_mail_time) as last_mail
from {{ ref('stg_deals') }}
where status = 'open'
  and not is_archived
  and not is_deleted
  and (last_incoming_mail_time is not null or last_outgoing_mail_time is not null)
