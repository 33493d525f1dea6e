/**
 * All that the project knows of the streams of Airbyte's own source-pipedrive, from its public sources. The tests and
 * the table in docs/from-airbyte-source-pipedrive.md use this list. Complete for version 4.1.
 */
export type AirbyteVersion = '2.x' | '3.x' | '4.x'

export interface AirbyteStream {
  readonly name: string
  readonly primaryKey: readonly string[]
  /** The cursor field in the states of each version that synced the stream incrementally. */
  readonly cursors: Readonly<Partial<Record<AirbyteVersion, string>>>
  /** The times of its records have no time zone (`2026-05-15 10:11:59`), or are columns of text. */
  readonly timesWithoutZone?: true
}

const NEVER = {}
const ONLY_2 = { '2.x': 'update_time' }
const SINCE_2 = { '2.x': 'update_time', '3.x': 'update_time', '4.x': 'update_time' }
const SINCE_3 = { '3.x': 'update_time', '4.x': 'update_time' }
const ID = ['id']
const KEY = ['key']

export const airbyteStreams: readonly AirbyteStream[] = [
  { name: 'activities', primaryKey: ID, cursors: SINCE_2 },
  { name: 'activity_fields', primaryKey: KEY, cursors: NEVER, timesWithoutZone: true },
  { name: 'activity_types', primaryKey: ID, cursors: NEVER, timesWithoutZone: true },
  { name: 'call_logs', primaryKey: ID, cursors: NEVER, timesWithoutZone: true },
  { name: 'currencies', primaryKey: ID, cursors: NEVER },
  { name: 'deal_fields', primaryKey: KEY, cursors: NEVER, timesWithoutZone: true },
  { name: 'deal_flow', primaryKey: ID, cursors: { '4.x': 'log_time' }, timesWithoutZone: true },
  { name: 'deal_installments', primaryKey: ID, cursors: NEVER },
  { name: 'deal_products', primaryKey: ID, cursors: NEVER },
  { name: 'deals', primaryKey: ID, cursors: SINCE_2 },
  { name: 'deals_archived', primaryKey: ID, cursors: SINCE_3 },
  { name: 'files', primaryKey: ID, cursors: SINCE_2, timesWithoutZone: true },
  { name: 'filters', primaryKey: ID, cursors: ONLY_2, timesWithoutZone: true },
  { name: 'goals', primaryKey: ID, cursors: NEVER },
  { name: 'lead_labels', primaryKey: ID, cursors: NEVER },
  { name: 'lead_sources', primaryKey: ['name'], cursors: NEVER },
  { name: 'leads', primaryKey: ID, cursors: SINCE_3 },
  { name: 'legacy_teams', primaryKey: ID, cursors: NEVER, timesWithoutZone: true },
  { name: 'mail', primaryKey: ID, cursors: NEVER, timesWithoutZone: true },
  { name: 'mailThreads', primaryKey: ID, cursors: NEVER, timesWithoutZone: true },
  { name: 'notes', primaryKey: ID, cursors: SINCE_3, timesWithoutZone: true },
  { name: 'organization_fields', primaryKey: KEY, cursors: NEVER, timesWithoutZone: true },
  { name: 'organizations', primaryKey: ID, cursors: SINCE_3 },
  { name: 'permission_set_assignments', primaryKey: ['permission_set_id', 'user_id'], cursors: NEVER },
  { name: 'permission_sets', primaryKey: ID, cursors: NEVER },
  { name: 'person_fields', primaryKey: KEY, cursors: NEVER, timesWithoutZone: true },
  { name: 'persons', primaryKey: ID, cursors: SINCE_2 },
  { name: 'pipelines', primaryKey: ID, cursors: ONLY_2 },
  { name: 'product_fields', primaryKey: KEY, cursors: NEVER, timesWithoutZone: true },
  { name: 'products', primaryKey: ID, cursors: SINCE_2 },
  { name: 'projects', primaryKey: ID, cursors: NEVER },
  { name: 'roles', primaryKey: ID, cursors: NEVER },
  { name: 'stages', primaryKey: ID, cursors: ONLY_2 },
  { name: 'tasks', primaryKey: ID, cursors: NEVER },
  { name: 'users', primaryKey: ID, cursors: { '2.x': 'modified' }, timesWithoutZone: true },
]

export const findAirbyteStream = (name: string): AirbyteStream | undefined =>
  airbyteStreams.find((stream) => stream.name === name)

/** The streams that had a cursor in the states of a version. */
export const incrementalIn = (version: AirbyteVersion): string[] =>
  airbyteStreams.filter(({ cursors }) => cursors[version] !== undefined).map(({ name }) => name)
