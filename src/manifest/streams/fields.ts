import { fieldsAsV1 } from '../field-shapes.js'
import { defineStream, type CustomFieldEntity, type StreamSpec } from '../stream.js'

/**
 * Field definitions, in v1's shape: the one with `key` and deleted options. Changes are not dated: full refresh only.
 */
const fieldStream = (name: string, path: string, scopes: readonly string[]) =>
  defineStream({
    name,
    api: 'v1',
    path,
    paging: 'offset',
    primaryKey: ['key'],
    strategy: { kind: 'full-scan' },
    cost: 20,
    scopes,
  })

/** v2 has most of these lists since 2025-12-10; v1 is likely to be removed next. */
const successor = {
  api: 'v2',
  paging: 'cursor',
  primaryKey: ['field_code'],
  cost: 10,
  asBefore: fieldsAsV1,
} as const

const definitions = (entity: CustomFieldEntity, path: string, scopes: readonly string[]): StreamSpec => ({
  ...fieldStream(`${entity}_fields`, path, scopes),
  defines: entity,
  successor,
})

const contactScopes = ['contacts:read', 'contacts:full', 'contact-fields:full', 'admin']

export const fields = [
  definitions('deal', '/dealFields', ['deals:read', 'deals:full', 'deal-fields:full', 'admin']),
  fieldStream('lead_fields', '/leadFields', ['leads:read', 'leads:full', 'admin']),
  fieldStream('note_fields', '/noteFields', ['deals:read', 'deals:full', 'contacts:read', 'contacts:full']),
  definitions('person', '/personFields', contactScopes),
  definitions('organization', '/organizationFields', contactScopes),
  definitions('product', '/productFields', ['products:read', 'products:full', 'product-fields:full']),
  {
    ...fieldStream('activity_fields', '/activityFields', ['activities:read', 'activities:full']),
    successor,
  },
]
