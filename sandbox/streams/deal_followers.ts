import { followersOf } from '../children.js'
import { scopes } from '../stream-parts.js'

export const dealFollowers = followersOf({
  name: 'deal_followers',
  of: 'deals',
  field: 'deal_id',
  scopes: scopes.deals,
  count: 'followers_count',
})
