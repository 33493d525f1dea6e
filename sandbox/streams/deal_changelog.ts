import { changelogOf } from '../children.js'

export const dealChangelog = changelogOf({
  name: 'deal_changelog',
  of: 'deals',
  field: 'deal_id',
  title: 'title',
  scopes: ['recents:read'],
})
