import { followersOf } from '../children.js'
import { scopes } from '../stream-parts.js'

export const personFollowers = followersOf({
  name: 'person_followers',
  of: 'persons',
  field: 'person_id',
  scopes: scopes.contacts,
  count: 'followers_count',
})
