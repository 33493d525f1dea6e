import { changelogOf } from '../changelogs.js'

export const organizationChangelog = changelogOf({
  name: 'organization_changelog',
  of: 'organizations',
  field: 'org_id',
  title: 'name',
  scopes: ['recents:read'],
})
