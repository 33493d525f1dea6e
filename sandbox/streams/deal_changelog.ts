import { changelogOf } from '../changelogs.js'

export const dealChangelog = changelogOf({
  name: 'deal_changelog',
  of: 'deals',
  field: 'deal_id',
  title: 'title',
  moves: { field: 'stage_id', at: 'stage_change_time' },
  scopes: ['recents:read'],
})
