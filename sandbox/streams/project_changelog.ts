import { changesOf } from '../changelogs.js'
import { scopes } from '../stream-parts.js'

export const projectChangelog = changesOf({
  name: 'project_changelog',
  of: 'projects',
  field: 'project_id',
  title: 'title',
  scopes: scopes.projects,
  feature: 'projects',
})
