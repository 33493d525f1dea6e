import { followerChangesOf } from '../children.js'
import { scopes } from '../stream-parts.js'

export const personFollowerChanges = followerChangesOf({
  name: 'person_follower_changes',
  of: 'persons',
  field: 'person_id',
  scopes: scopes.contacts,
})
