/** What the documents leave open. Each is a question about the API; a client must work in every position. */
export interface Switches {
  /** Does archiving (and restoring) a deal or lead move its update_time? */
  archivingMovesUpdateTime: boolean
  /** Does adding, editing or removing a line item, or an installment, move the update_time of its deal? */
  lineItemMovesDeal: boolean
  /** How late does a change show in lists? Until then readers see the old state, or nothing. */
  visibleAfterMs: number
  /** Does one vanished id in deal_ids fail the whole batch (404), or just bring no rows? */
  vanishedIdFailsBatch: boolean
  /** Are rows without an update_time returned under updated_since? */
  nullTimesUnderSince: 'excluded' | 'included'
  /** Where do nulls sort in ascending order (reversed in descending)? */
  nullsSort: 'first' | 'last'
  /** What is `data` of an empty v1 list? */
  emptyV1Lists: 'null' | 'array'
  /** What does a limit above the maximum do? */
  limitAboveMax: 'clamp' | 'reject'
  /** At most so many rows an answer, whatever was asked for: it makes long lists of small companies. */
  pageCap: number
  /** May include_fields of persons name marketing_status and doi_status (Campaigns)? */
  marketingFields: 'available' | 'rejected'
  /** Does the company have installments (Growth and above)? If not, their list is answered with 403. */
  installments: 'lacking' | 'included'
  /** Does an answer carry a Date header; a number is its error in milliseconds. */
  dateHeader: 'present' | 'absent' | number
  /** How do v1 lists mark that there is more? The spec's own examples contradict each other. */
  v1PageMarkers: 'full' | 'absent' | 'more-without-next_start' | 'next_start-without-more'
  /** Are the x-daily-ratelimit-token-* headers sent? They may be missing after inactivity. */
  dailyHeaders: 'present' | 'absent'
  /** Does a 429 carry retry-after? Sources disagree. */
  retryAfterOn429: boolean
  /** Does a refresh replace the refresh token (the old one is then dead)? */
  oauthRotation: boolean
}

export const defaultSwitches = {
  archivingMovesUpdateTime: true,
  lineItemMovesDeal: true,
  visibleAfterMs: 0,
  vanishedIdFailsBatch: false,
  nullTimesUnderSince: 'excluded',
  nullsSort: 'first',
  emptyV1Lists: 'null',
  limitAboveMax: 'clamp',
  pageCap: Infinity,
  marketingFields: 'available',
  installments: 'lacking',
  dateHeader: 'present',
  v1PageMarkers: 'full',
  dailyHeaders: 'present',
  retryAfterOn429: false,
  oauthRotation: false,
} as const satisfies Switches
