/** What several stream definitions share. */

const v2 = { key: ['id'], times: 'v2', added: 'add_time', updated: 'update_time' } as const
const v1 = { ...v2, times: 'v1' } as const

/** Keys and times of rows. fields: rows of sub-fields have a key but no id. */
export const rows = {
  v2,
  v1,
  ms: { ...v2, times: 'ms', uuid: true },
  fields: { ...v1, key: ['id', 'key'] },
} as const

export const scopes = {
  deals: ['deals:read', 'deals:full'],
  contacts: ['contacts:read', 'contacts:full'],
  activities: ['activities:read', 'activities:full'],
  products: ['products:read', 'products:full'],
  leads: ['leads:read', 'leads:full'],
  projects: ['projects:read', 'projects:full'],
  admin: ['admin'],
} as const satisfies Record<string, readonly string[]>

export const routes = {
  /** v2 lists of the core entities. */
  entity: { version: 'v2', paging: 'cursor', ids: true, filterId: true, since: true, until: true },
  cursor: { version: 'v2', paging: 'cursor' },
  batch: { version: 'v2', paging: 'batch' },
  whole: { version: 'v1', paging: 'none' },
  offset: { version: 'v1', paging: 'offset' },
} as const

export const integer = { kind: 'integer' } as const
export const text = { kind: 'text' } as const
export const boolean = { kind: 'boolean' } as const

export const byTime = ['id', 'update_time', 'add_time'] as const

/** Include fields that persons and organizations have in common. */
export const contactCounts = [
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
