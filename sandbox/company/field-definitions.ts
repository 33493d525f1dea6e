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

/** What sets single built-in fields apart. */
const builtInTraits: Readonly<Record<string, Row>> = {
  title: { mandatory_flag: true, use_field: 'id', link: '/deal/' },
  name: { mandatory_flag: true, use_field: 'id', link: '/organization/' },
  won_time: { mandatory_flag: { status: '=won' } },
  lost_time: { mandatory_flag: { status: '=lost' } },
  lost_reason: { mandatory_flag: { status: '=lost' } },
}

/** Ids 1, 2, 3 are the labels that deals, persons and organizations can carry. */
export const labelOptions = ['Hot', 'Warm', 'Cold'].map((label, index) => ({
  id: index + 1,
  label,
  color: ['red', 'yellow', 'blue'][index] ?? null,
}))

const numbered = (word: string, size: number) =>
  Array.from({ length: size }, (_, index) => ({ id: index + 1, label: `${word} ${index + 1}` }))

const optionsOf: Readonly<Record<string, unknown>> = {
  channel: numbered('Channel', 60),
  industry: numbered('Industry', 20),
  category: numbered('Category', 8),
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

/** v1 rows of field definitions: built-in ones, custom ones, and sub-fields, which have no id and few flags. */
export function drawDefinitions({ builtIns, customFields, firstId, openedAt }: Definitions): Row[] {
  const time = formatTime('v1', openedAt)
  let order = 0
  const place = (key: string, name: string, field_type: string) => {
    order += 1
    return { key, name, order_nr: order, field_type, add_time: time }
  }
  return [
    ...builtIns.map(([key, type]) => ({
      ...fieldRow,
      ...place(key, titleOf(key), type),
      id: firstId + order,
      update_time: order % 3 === 0 ? null : time,
      last_updated_by_user_id: 0,
      ...builtInTraits[key],
      ...(Object.hasOwn(optionsOf, key) && { options: optionsOf[key] }),
    })),
    ...customFields.flatMap((field) => [
      {
        ...fieldRow,
        ...place(field.key, field.name, field.type),
        id: firstId + order,
        update_time: time,
        ...customTraits(field, order),
      },
      ...field.subfields.map((part) => ({
        ...place(`${field.key}_${part}`, partName(field, part), 'varchar'),
        update_time: time,
        is_subfield: true,
        parent_id: firstId + order - field.subfields.indexOf(part) - 1,
        id_suffix: `_${part}`,
        mandatory_flag: false,
      })),
    ]),
  ]
}

function customTraits(field: CustomField, order: number): Row {
  const parts = field.subfields.map((part) => ({
    key: `${field.key}_${part}`,
    name: partName(field, part),
    field_type: 'varchar',
  }))
  return {
    edit_flag: true,
    add_visible_flag: true,
    created_by_user_id: 1,
    last_updated_by_user_id: 1,
    description: order % 2 === 0 ? null : `About ${field.name.toLowerCase()}`,
    group_id: order % 2 === 0 ? null : 1,
    restriction_settings: [],
    user_restrictions: {},
    ...(parts.length > 0 && { subfields: parts }),
    ...(field.options !== null && {
      options: field.options,
      options_deleted: [{ id: 9000 + order, label: 'Old option', color: 'gray' }],
    }),
  }
}

function partName({ name }: CustomField, part: string): string {
  return `${name} ${part.replaceAll('_', ' ')}`
}

function titleOf(key: string): string {
  return key.charAt(0).toUpperCase() + key.slice(1).replaceAll('_', ' ')
}
