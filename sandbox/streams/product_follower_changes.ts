import { followerChangesOf } from '../children.js'
import { scopes } from '../stream-parts.js'

export const productFollowerChanges = followerChangesOf({
  name: 'product_follower_changes',
  of: 'products',
  field: 'product_id',
  scopes: scopes.products,
})
