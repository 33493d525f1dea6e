import { noFeatures, type FeatureSwitches } from './features.js'

/** What the documents leave open. Each is a question about the API; a client must work in every position. */
export interface Switches extends FeatureSwitches {
  /** Does archiving (and restoring) a deal or lead move its update_time? */
  archivingMovesUpdateTime: boolean
  /** Can a client of the API choose the archive_time? If so, sandbox.archive accepts one. */
  archiveTime: 'now' | 'free'
  /** Does adding, editing or removing a line item, or an installment, move the update_time of its deal? */
  lineItemMovesDeal: boolean
  /** How late does a change show in lists (milliseconds)? Until then readers see the old state. */
  visibleAfterMs: number
  /** Does one vanished id in deal_ids fail the whole batch (404), or only bring no rows? */
  vanishedIdFailsBatch: boolean
  /** Which parents fail every request that names them, alone or in a batch, and with which status? */
  goneParents: { readonly ids: readonly (number | string)[]; readonly status: 403 | 404 | 410 }
  /** Do `ids` and GETs of a single row return deleted and hidden rows? If not: 404 (absent) or 410 (gone). */
  deletedById: 'absent' | 'returned' | 'gone'
  /** Are rows without an update_time returned under updated_since? */
  nullTimesUnderSince: 'excluded' | 'included'
  /** Does updated_since include the time that it names? */
  sinceFilter: 'inclusive' | 'exclusive'
  /** Where do nulls sort in ascending order (reversed in descending)? */
  nullsSort: 'first' | 'last'
  /** In which order come rows of equal sort value? Unstable: in another one per request. */
  tieOrder: 'by-id' | 'unstable'
  /** May the v1 parameter sort name more than one field? */
  multiSort: 'accepted' | 'rejected'
  /** Does a v2 cursor continue within a group of equal sort values, or skip the rest of the group? */
  cursorTies: 'kept' | 'skipped'
  /** How long is a v2 cursor valid (milliseconds)? */
  cursorLifetimeMs: number
  /** Which status does an expired v2 cursor get? */
  cursorRefusal: 400 | 404 | 410 | 500 | 503
  /** What is `data` of an empty v1 list? */
  emptyV1Lists: 'null' | 'array'
  /** What does a limit above the maximum do? */
  limitAboveMax: 'clamp' | 'reject'
  /** The most rows in a response, whatever the limit: a clamped page, or a long list of a small company. */
  pageCap: number
  /** May include_fields of persons name marketing_status and doi_status (Campaigns)? */
  marketingFields: 'available' | 'rejected'
  /** Does a response carry a Date header? A number is its error in milliseconds. */
  dateHeader: 'present' | 'absent' | number
  /** Which status do v1's lists of field definitions get that v2 has too, once Pipedrive has removed them? */
  v1Fields: 'listed' | 404 | 410
  /** How do v1 lists mark that there is more? The spec's own examples contradict each other. */
  v1PageMarkers: 'full' | 'absent' | 'more-without-next_start' | 'next_start-without-more'
  /** Do v2 lists and batches have additional_data with next_cursor? */
  v2PageMarkers: 'full' | 'absent'
  /** Does a value differ per request: `url` of files, `icon_url` of users (signed addresses)? */
  volatileValues: boolean
  /** Are the x-daily-ratelimit-token-* headers sent? They may be missing after inactivity. */
  dailyHeaders: 'present' | 'absent'
  /** Does a 429 carry retry-after? Sources disagree. */
  retryAfterOn429: boolean
  /** Does a refresh replace the refresh token, so that the old one is no longer valid? */
  oauthRotation: boolean
}

export const defaultSwitches = {
  archivingMovesUpdateTime: true,
  archiveTime: 'now',
  lineItemMovesDeal: true,
  visibleAfterMs: 0,
  vanishedIdFailsBatch: false,
  goneParents: { ids: [], status: 404 },
  deletedById: 'absent',
  nullTimesUnderSince: 'excluded',
  sinceFilter: 'inclusive',
  nullsSort: 'first',
  tieOrder: 'by-id',
  multiSort: 'accepted',
  cursorTies: 'kept',
  cursorLifetimeMs: Infinity,
  cursorRefusal: 400,
  emptyV1Lists: 'null',
  limitAboveMax: 'clamp',
  pageCap: Infinity,
  marketingFields: 'available',
  ...noFeatures,
  dateHeader: 'present',
  v1Fields: 'listed',
  v1PageMarkers: 'full',
  v2PageMarkers: 'full',
  volatileValues: false,
  dailyHeaders: 'present',
  retryAfterOn429: false,
  oauthRotation: false,
} as const satisfies Switches
