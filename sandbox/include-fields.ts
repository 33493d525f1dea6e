/** Fields that a list returns only when include_fields names them. */
const contactCounts = [
  'next_activity_id',
  'last_activity_id',
  'open_deals_count',
  'related_open_deals_count',
  'closed_deals_count',
  'related_closed_deals_count',
  'email_messages_count',
  'activities_count',
  'done_activities_count',
  'undone_activities_count',
  'files_count',
  'notes_count',
  'followers_count',
  'won_deals_count',
  'related_won_deals_count',
  'lost_deals_count',
  'related_lost_deals_count',
  'smart_bcc_email',
] as const

const dealFields = [
  'next_activity_id',
  'last_activity_id',
  'first_won_time',
  'products_count',
  'files_count',
  'notes_count',
  'followers_count',
  'email_messages_count',
  'activities_count',
  'done_activities_count',
  'undone_activities_count',
  'participants_count',
  'last_incoming_mail_time',
  'last_outgoing_mail_time',
  'smart_bcc_email',
  'source_lead_id',
] as const

/** "Returned only if the company has the marketing app enabled." */
export const marketingFields: readonly string[] = ['marketing_status', 'doi_status']

export const includeFields: Readonly<Record<string, readonly string[]>> = {
  deals: dealFields,
  deals_archived: dealFields,
  persons: [
    ...contactCounts,
    'participant_open_deals_count',
    'participant_closed_deals_count',
    'last_incoming_mail_time',
    'last_outgoing_mail_time',
    ...marketingFields,
  ],
  organizations: [...contactCounts, 'people_count'],
  activities: ['attendees'],
}
