import { followersOf } from '../children.js'

export const userFollowers = followersOf({
  name: 'user_followers',
  of: 'users',
  field: 'followed_user_id',
  scopes: ['users:read'],
})
