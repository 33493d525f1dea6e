import { routes, scopes } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'
import { projectPriority } from './projects.js'
import { formatTime } from '../times.js'

const types = {
  name: 'varchar',
  status: 'enum',
  owner_id: 'user',
  start_date: 'date',
  label_ids: 'set',
  [projectPriority]: 'enum',
  ['8'.repeat(40)]: 'monetary',
}

export const projectFields = defineSandboxStream({
  name: 'project_fields',
  key: ['field_code'],
  table: 'project_fields',
  route: {
    ...routes.cursor,
    path: '/projectFields',
    cost: 10,
    scopes: [...scopes.projects, 'project-fields:full'],
    feature: 'projects',
  },
  exampleRow: {
    field_name: 'Field',
    field_code: 'name',
    field_type: 'varchar',
    options: null,
    subfields: null,
    is_custom_field: false,
    is_optional_response_field: false,
    ui_visibility: { add_visible_flag: true, details_visible_flag: true },
    important_fields: { enabled: false, stage_ids: [] },
    required_fields: { enabled: false },
  },
  generate: ({ openedAt }, { blank }) =>
    Object.entries(types).map(([field_code, field_type], index) => ({
      ...blank,
      field_name: field_code === projectPriority ? 'Priority' : `Field ${index + 1}`,
      field_code,
      field_type,
      options: ['enum', 'set'].includes(field_type) ? optionsSince(formatTime('ms', openedAt)) : null,
      subfields: field_type === 'monetary' ? [currencyOf(field_code)] : null,
      is_custom_field: field_code.length === 40,
    })),
})

const optionsSince = (time: string) =>
  ['Internal', 'External'].map((label, index) => ({
    id: index + 1,
    label,
    color: index === 0 ? 'blue' : null,
    add_time: time,
    update_time: time,
  }))

const currencyOf = (field: string) => ({
  field_code: `${field}_currency`,
  field_name: 'Currency',
  field_type: 'varchar',
})
