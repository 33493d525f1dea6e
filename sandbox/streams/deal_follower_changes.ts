import { followerChangesOf } from '../children.js'
import { scopes } from '../stream-parts.js'

export const dealFollowerChanges = followerChangesOf({
  name: 'deal_follower_changes',
  of: 'deals',
  field: 'deal_id',
  scopes: scopes.deals,
})
