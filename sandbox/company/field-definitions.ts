import { blankRow } from '../example-rows.js'
import type { Row, SeedRecord } from '../row.js'
import { formatTime } from '../times.js'
import type { CustomField } from './custom-fields.js'

type BuiltIn = readonly [key: string, type: string]

const common: readonly BuiltIn[] = [
  ['id', 'int'],
  ['owner_id', 'user'],
  ['add_time', 'date'],
  ['update_time', 'date'],
  ['visible_to', 'visible_to'],
  ['label_ids', 'set'],
  ['next_activity_date', 'date'],
  ['last_activity_date', 'date'],
  ['activities_count', 'int'],
  ['done_activities_count', 'int'],
  ['undone_activities_count', 'int'],
  ['email_messages_count', 'int'],
  ['files_count', 'int'],
  ['notes_count', 'int'],
]

/** The fields that every account has, by stream of definitions. */
const builtIns: Readonly<Record<string, readonly BuiltIn[]>> = {
  deal_fields: [
    ...common,
    ['title', 'varchar'],
    ['value', 'monetary'],
    ['currency', 'varchar'],
    ['status', 'status'],
    ['stage_id', 'stage'],
    ['pipeline', 'pipeline'],
    ['person_id', 'people'],
    ['org_id', 'org'],
    ['probability', 'int'],
    ['won_time', 'date'],
    ['lost_time', 'date'],
    ['lost_reason', 'varchar_options'],
    ['close_time', 'date'],
    ['expected_close_date', 'date'],
    ['stage_change_time', 'date'],
    ['archive_time', 'date'],
    ['products_count', 'int'],
  ],
  person_fields: [
    ...common,
    ['name', 'varchar'],
    ['first_name', 'varchar'],
    ['last_name', 'varchar'],
    ['email', 'varchar'],
    ['phone', 'phone'],
    ['org_id', 'org'],
    ['open_deals_count', 'int'],
    ['won_deals_count', 'int'],
    ['lost_deals_count', 'int'],
    ['picture_id', 'picture'],
  ],
  organization_fields: [
    ...common,
    ['name', 'varchar'],
    ['address', 'address'],
    ['website', 'varchar'],
    ['industry', 'enum'],
    ['annual_revenue', 'double'],
    ['employee_count', 'int'],
    ['people_count', 'int'],
    ['open_deals_count', 'int'],
  ],
  product_fields: [
    ...common.slice(0, 5),
    ['name', 'varchar'],
    ['code', 'varchar'],
    ['unit', 'varchar'],
    ['tax', 'double'],
    ['category', 'enum'],
    ['description', 'text'],
    ['billing_frequency', 'enum'],
    ['is_linkable', 'boolean'],
    ['prices', 'price_list'],
  ],
  activity_fields: [
    ...common.slice(0, 4),
    ['subject', 'varchar'],
    ['type', 'enum'],
    ['due_date', 'date'],
    ['due_time', 'time'],
    ['duration', 'time'],
    ['deal_id', 'deal'],
    ['person_id', 'people'],
    ['org_id', 'org'],
    ['lead_id', 'lead'],
    ['done', 'boolean'],
    ['busy', 'boolean'],
    ['note', 'text'],
    ['public_description', 'text'],
    ['location', 'address'],
    ['priority', 'enum'],
  ],
  lead_fields: [
    ...common.slice(0, 6),
    ['title', 'varchar'],
    ['value', 'monetary'],
    ['source_name', 'varchar'],
  ],
  note_fields: [
    ['content', 'text'],
    ['add_time', 'date'],
    ['user_id', 'user'],
  ],
}

/** Ids 1, 2, 3 are the labels that deals, persons and organizations can carry. */
export const labelOptions = ['Hot', 'Warm', 'Cold'].map((label, index) => ({ id: index + 1, label }))

const optionsOf: Readonly<Record<string, unknown>> = {
  label_ids: labelOptions,
  status: ['open', 'won', 'lost', 'deleted'].map((id) => ({ id, label: id })),
  type: ['call', 'meeting', 'task'].map((id) => ({ id, label: id })),
}

/** v1 rows of a stream of field definitions: built-in ones, custom ones, and sub-fields without an id. */
export function fieldDefinitions(
  stream: string,
  customFields: readonly CustomField[],
  firstId: number,
  born: number,
): SeedRecord[] {
  const blank = blankRow(stream)
  const time = formatTime('v1', born)
  let order = 0
  const row = (key: string, name: string, field_type: string, extra: Row): SeedRecord => {
    order += 1
    const data = {
      ...blank,
      id: firstId + order,
      key,
      name,
      order_nr: order,
      field_type,
      add_time: time,
      ...extra,
    }
    return { stream, data }
  }
  const title = (key: string) => key.charAt(0).toUpperCase() + key.slice(1).replaceAll('_', ' ')
  return [
    ...(builtIns[stream] ?? []).map(([key, type]) =>
      row(key, title(key), type, {
        update_time: order % 3 === 0 ? null : time,
        ...(Object.hasOwn(optionsOf, key) ? { options: optionsOf[key] } : {}),
      }),
    ),
    ...customFields.flatMap(({ key, name, type, subfields, options }) => [
      row(key, name, type, {
        update_time: time,
        edit_flag: true,
        add_visible_flag: true,
        created_by_user_id: 1,
        ...(options === null
          ? {}
          : { options, options_deleted: [{ id: 9000 + order, label: 'Old option' }] }),
      }),
      ...subfields.map((part) =>
        row(`${key}_${part}`, `${name} ${part.replaceAll('_', ' ')}`, 'varchar', {
          id: null,
          update_time: time,
          is_subfield: true,
        }),
      ),
    ]),
  ]
}
