import { fieldsAsV1 } from '../field-shapes.js'
import type { CustomFieldEntity } from '../custom-fields.js'
import { defineStream, type StreamSpec } from '../stream.js'

/** The keys of custom fields, and of their sub-fields, start with a hash. */
export const isCustom = (field: string) => ({ is_custom: { field, pattern: /^[0-9a-f]{40}/ } })

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
    marks: isCustom('key'),
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
  defineStream({
    name: 'field_options',
    api: 'v1',
    path: '',
    primaryKey: ['entity', 'field_key', 'id'],
    strategy: {
      kind: 'nested',
      of: {
        deal_fields: 'deal',
        lead_fields: 'lead',
        note_fields: 'note',
        person_fields: 'person',
        organization_fields: 'organization',
        product_fields: 'product',
        activity_fields: 'activity',
        project_fields: 'project',
      },
      origin: 'entity',
      outer: { field: 'field_key', from: ['key', 'field_code'] },
      lists: { options: { deleted: false }, options_deleted: { deleted: true } },
    },
    cost: 0,
    scopes: ['deals:read', 'deals:full', 'deal-fields:full', 'admin'],
  }),
  defineStream({
    name: 'field_changes',
    api: 'v1',
    path: '',
    primaryKey: ['entity', 'field_key', 'change', '_changed_at'],
    cursorField: '_changed_at',
    strategy: {
      kind: 'differences',
      of: {
        deal_fields: 'deal',
        person_fields: 'person',
        organization_fields: 'organization',
        product_fields: 'product',
        activity_fields: 'activity',
        project_fields: 'project',
      },
    },
    untrackedChanges: ['what is changed and changed back between two syncs'],
    cost: 0,
    scopes: ['deals:read', 'deals:full', 'deal-fields:full', 'admin'],
  }),
]
