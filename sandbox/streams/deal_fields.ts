import { type BuiltIn, commonFields, drawDefinitions, fieldRow } from '../company/field-definitions.js'
import { routes, rows, scopes } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'

const builtIns: readonly BuiltIn[] = [
  ...commonFields,
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
  ['channel', 'enum'],
]

export const dealFields = defineSandboxStream({
  name: 'deal_fields',
  ...rows.fields,
  table: 'deal_fields',
  route: {
    ...routes.offset,
    path: '/dealFields',
    cost: 20,
    scopes: [...scopes.deals, 'deal-fields:full', 'admin'],
    single: { path: '/dealFields/{id}', cost: 2 },
  },
  exampleRow: fieldRow,
  generate: ({ customFields, openedAt }) =>
    drawDefinitions({ builtIns, customFields: customFields.deals, firstId: 12_400, openedAt }),
  details: () => (row, index) =>
    row.is_subfield === true
      ? {}
      : {
          projects_detail_visible_flag: false,
          show_in_pipelines:
            index % 5 === 0
              ? { show_in_all: false, pipeline_ids: [1] }
              : { show_in_all: true, pipeline_ids: [] },
        },
})
