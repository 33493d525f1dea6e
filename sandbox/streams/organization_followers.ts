import { followersOf } from '../children.js'
import { scopes } from '../stream-parts.js'

export const organizationFollowers = followersOf({
  name: 'organization_followers',
  of: 'organizations',
  field: 'org_id',
  scopes: scopes.contacts,
  count: 'followers_count',
})
