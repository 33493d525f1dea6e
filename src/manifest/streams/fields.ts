import { defineStream } from '../stream.js'

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

const contactScopes = ['contacts:read', 'contacts:full', 'contact-fields:full', 'admin']

export const fields = [
  fieldStream('deal_fields', '/dealFields', ['deals:read', 'deals:full', 'deal-fields:full', 'admin']),
  fieldStream('lead_fields', '/leadFields', ['leads:read', 'leads:full', 'admin']),
  fieldStream('note_fields', '/noteFields', ['deals:read', 'deals:full', 'contacts:read', 'contacts:full']),
  fieldStream('person_fields', '/personFields', contactScopes),
  fieldStream('organization_fields', '/organizationFields', contactScopes),
  fieldStream('product_fields', '/productFields', ['products:read', 'products:full', 'product-fields:full']),
  fieldStream('activity_fields', '/activityFields', ['activities:read', 'activities:full']),
]
