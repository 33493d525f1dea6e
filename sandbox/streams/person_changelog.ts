import { changelogOf } from '../changelogs.js'

export const personChangelog = changelogOf({
  name: 'person_changelog',
  of: 'persons',
  field: 'person_id',
  title: 'name',
  scopes: ['recents:read'],
})
