import type { Row } from './row.js'
import type { TimeFormat } from './times.js'

interface StreamDefinition {
  /** The table its rows live in: an archived deal is the same deal. */
  readonly table: string
  readonly archived?: boolean
  /** Names the row; the first field that is not null counts. */
  readonly key: readonly string[]
  readonly times?: TimeFormat
  readonly updated?: string
  readonly added?: string
  /** New rows get a UUID rather than a number. */
  readonly uuid?: boolean
}

const v2 = { key: ['id'], times: 'v2', added: 'add_time', updated: 'update_time' } as const
const v1 = { ...v2, times: 'v1' } as const
const ms = { ...v2, times: 'ms', uuid: true } as const
// Rows of sub-fields have a key but no id.
const fields = { ...v1, key: ['id', 'key'] } as const

export const streams = {
  deals: { ...v2, table: 'deals', archived: false },
  deals_archived: { ...v2, table: 'deals', archived: true },
  persons: { ...v2, table: 'persons' },
  organizations: { ...v2, table: 'organizations' },
  activities: { ...v2, table: 'activities' },
  products: { ...v2, table: 'products' },
  pipelines: { ...v2, table: 'pipelines' },
  stages: { ...v2, table: 'stages' },
  deal_products: { ...v2, table: 'deal_products' },
  deal_installments: { key: ['id'], table: 'deal_installments' },
  leads: { ...ms, table: 'leads', archived: false },
  leads_archived: { ...ms, table: 'leads', archived: true },
  lead_labels: { ...ms, table: 'lead_labels' },
  lead_sources: { key: ['name'], table: 'lead_sources' },
  notes: { ...v1, table: 'notes' },
  files: { ...v1, table: 'files' },
  filters: { ...v1, table: 'filters' },
  users: { ...v1, table: 'users', added: 'created', updated: 'modified' },
  currencies: { key: ['id'], table: 'currencies' },
  activity_types: { ...v1, table: 'activity_types' },
  deal_fields: { ...fields, table: 'deal_fields' },
  person_fields: { ...fields, table: 'person_fields' },
  organization_fields: { ...fields, table: 'organization_fields' },
  product_fields: { ...fields, table: 'product_fields' },
  activity_fields: { ...fields, table: 'activity_fields' },
  lead_fields: { ...fields, table: 'lead_fields' },
  note_fields: { ...fields, table: 'note_fields' },
  call_logs: { key: ['id'], table: 'call_logs' },
  webhooks: { key: ['id'], table: 'webhooks' },
} as const satisfies Record<string, StreamDefinition>

export type StreamName = keyof typeof streams

export function streamDefinition(stream: string): StreamDefinition {
  if (!Object.hasOwn(streams, stream)) throw new Error(`The sandbox has no stream ${stream}`)
  return streams[stream as StreamName]
}

export function keyOf(stream: string, row: Row): string {
  for (const field of streamDefinition(stream).key) {
    const value = row[field]
    if (typeof value === 'string' || typeof value === 'number') return String(value)
  }
  throw new Error(`A row of ${stream} has no key: ${JSON.stringify(row)}`)
}
