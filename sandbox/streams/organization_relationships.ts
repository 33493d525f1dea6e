import type { Row } from '../row.js'
import { routes, rows, scopes } from '../stream-parts.js'
import { type GenerateContext, defineSandboxStream } from '../stream.js'
import { formatTime, parseTime } from '../times.js'

/** A row for each side of a relationship: `calculated_type` depends on the organization that is asked. */
export const organizationRelationships = defineSandboxStream({
  name: 'organization_relationships',
  ...rows.v1,
  key: ['side'],
  table: 'organization_relationships',
  hidden: ['side', 'org_id'],
  parent: { stream: 'organizations', field: 'org_id' },
  route: {
    ...routes.offset,
    path: '/organizationRelationships',
    cost: 20,
    scopes: scopes.contacts,
    filters: { org_id: { kind: 'integer', required: true } },
  },
  exampleRow: {
    side: '',
    org_id: 0,
    id: 0,
    type: 'parent',
    rel_owner_org_id: null,
    rel_linked_org_id: null,
    add_time: null,
    update_time: null,
    active_flag: 'true',
    calculated_type: 'daughter',
    calculated_related_org_id: 0,
    related_organization_name: '',
  },
  after: ['organizations'],
  generate: (_, context) => generate(context),
})

/** The first organization is the parent of the second, the third of the fourth … */
function generate({ blank, rowsOf }: GenerateContext): Row[] {
  const organizations = rowsOf('organizations')
  const parents = organizations.filter((_, at) => at % 2 === 0 && at + 1 < organizations.length)
  return parents.flatMap((parent, index) => {
    const daughter = organizations[index * 2 + 1] ?? parent
    const both = {
      ...blank,
      id: index + 1,
      rel_owner_org_id: inShort(parent),
      rel_linked_org_id: inShort(daughter),
      add_time: formatTime('v1', parseTime(parent.add_time) ?? 0),
      update_time: formatTime('v1', parseTime(parent.update_time) ?? 0),
    }
    return [
      { ...both, ...side(index, parent, daughter), calculated_type: 'daughter' },
      { ...both, ...side(index, daughter, parent), calculated_type: 'parent' },
    ]
  })
}

const side = (index: number, asked: Row, other: Row) => ({
  side: `${String(asked.id)}/${index + 1}`,
  org_id: asked.id,
  calculated_related_org_id: other.id,
  related_organization_name: other.name,
})

const inShort = ({ id, name, owner_id }: Row) => ({
  value: id,
  name,
  owner_id,
  people_count: 1,
  address: 'Main Street 1',
  active_flag: true,
  cc_email: 'sandbox@pipedrivemail.com',
})
