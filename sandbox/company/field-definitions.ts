import type { Row } from '../row.js'
import { formatTime } from '../times.js'
import type { CustomField } from './custom-fields.js'

export type BuiltIn = readonly [key: string, type: string]

/** Built-in fields that most entities have. */
export const commonFields: readonly BuiltIn[] = [
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

/** A row of field definitions with nothing set. */
export const fieldRow = {
  id: null,
  key: '',
  name: 'Field',
  order_nr: 0,
  field_type: 'varchar',
  json_column_flag: false,
  add_time: null,
  update_time: null,
  last_updated_by_user_id: null,
  created_by_user_id: null,
  active_flag: true,
  edit_flag: false,
  index_visible_flag: true,
  details_visible_flag: true,
  add_visible_flag: false,
  important_flag: false,
  bulk_edit_allowed: true,
  searchable_flag: false,
  filtering_allowed: true,
  sortable_flag: true,
  mandatory_flag: false,
}

/** Ids 1, 2, 3 are the labels that deals, persons and organizations can carry. */
export const labelOptions = ['Hot', 'Warm', 'Cold'].map((label, index) => ({ id: index + 1, label }))

const optionsOf: Readonly<Record<string, unknown>> = {
  label_ids: labelOptions,
  status: ['open', 'won', 'lost', 'deleted'].map((id) => ({ id, label: id })),
  type: ['call', 'meeting', 'task'].map((id) => ({ id, label: id })),
}

interface Definitions {
  readonly builtIns: readonly BuiltIn[]
  readonly customFields: readonly CustomField[]
  /** Ids count on from here. */
  readonly firstId: number
  readonly openedAt: number
}

/** v1 rows of field definitions: built-in ones, custom ones, and sub-fields, which have no id. */
export function drawDefinitions({ builtIns, customFields, firstId, openedAt }: Definitions): Row[] {
  const time = formatTime('v1', openedAt)
  let order = 0
  const row = (key: string, name: string, field_type: string, extra: Row): Row => {
    order += 1
    const place = { id: firstId + order, key, name, order_nr: order, field_type }
    return { ...fieldRow, ...place, add_time: time, ...extra }
  }
  return [
    ...builtIns.map(([key, type]) =>
      row(key, titleOf(key), type, {
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
      ...subfields.map((part) => {
        const extra = { id: null, update_time: time, is_subfield: true }
        return row(`${key}_${part}`, `${name} ${part.replaceAll('_', ' ')}`, 'varchar', extra)
      }),
    ]),
  ]
}

function titleOf(key: string): string {
  return key.charAt(0).toUpperCase() + key.slice(1).replaceAll('_', ' ')
}
