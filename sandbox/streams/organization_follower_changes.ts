import { followerChangesOf } from '../children.js'
import { scopes } from '../stream-parts.js'

export const organizationFollowerChanges = followerChangesOf({
  name: 'organization_follower_changes',
  of: 'organizations',
  field: 'org_id',
  scopes: scopes.contacts,
})
