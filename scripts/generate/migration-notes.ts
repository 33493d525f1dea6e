/**
 * What a user of Airbyte's own source notices in a stream, where the manifest cannot know it. Streams without a note
 * are described by what differs in the two lists of streams.
 */
export const migrationNotes: Readonly<Record<string, string>> = {
  activities: 'with `attendees`',
  deal_flow:
    'its state per deal is continued; only what changed since is read; `deal_changelog` costs half as much',
  deal_installments:
    'only of deals that changed; an account without the feature gets a warning and an empty stream',
  deal_products:
    'only of deals that changed, see [streams.md](streams.md); one request per 100 deals instead of one per deal',
  deals: 'counts, activities, mail times, `first_won_time`; rows that were archived since the last sync',
  deals_archived:
    'the same columns; with `deals` selected too, a restored deal comes with `is_archived: false`',
  files: 'no longer read in full in every sync',
  leads: 'with `leads_archived` selected too, rows that were archived since the last sync',
  organizations: 'counts and activities',
  persons: 'counts, activities, mail times, marketing status where the account has it',
  pipelines: 'rows without a time come once more',
  stages: 'rows without a time come once more',
}
