import { followersOf } from '../children.js'
import { scopes } from '../stream-parts.js'

export const productFollowers = followersOf({
  name: 'product_followers',
  of: 'products',
  field: 'product_id',
  scopes: scopes.products,
})
