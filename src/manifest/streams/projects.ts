import { defineStream } from '../stream.js'
import { isCustom } from './fields.js'

const scopes = ['projects:read', 'projects:full']

/** An add-on. A 403 is a user without the permission for it. */
export const projectsFeature = { name: 'projects', lacking: [402, 404, 415] } as const

export const projects = [
  defineStream({
    name: 'projects',
    api: 'v2',
    path: '/projects',
    // Without it, deleted projects are left out.
    params: { status: 'open,completed,canceled,deleted' },
    customFields: 'project',
    parts: [{}, { path: '/projects/archived' }],
    cursorField: 'update_time',
    strategy: { kind: 'full-scan', time: ['update_time'] },
    refersTo: { owner_id: 'users', board_id: 'project_boards' },
    cost: 10,
    scopes,
    feature: projectsFeature,
  }),
  defineStream({
    name: 'tasks',
    api: 'v2',
    path: '/tasks',
    cursorField: 'update_time',
    strategy: { kind: 'full-scan', time: ['update_time'] },
    cost: 10,
    scopes,
    feature: projectsFeature,
  }),
  defineStream({
    name: 'project_boards',
    api: 'v2',
    path: '/boards',
    paging: 'none',
    cursorField: 'update_time',
    strategy: { kind: 'full-scan', time: ['update_time'] },
    settings: { knownBy: 'id' },
    cost: 10,
    scopes,
    feature: projectsFeature,
  }),
  defineStream({
    name: 'project_phases',
    api: 'v2',
    path: '/phases',
    paging: 'none',
    cursorField: 'update_time',
    strategy: {
      kind: 'children',
      of: ['project_boards'],
      parentKey: 'board_id',
      read: { kind: 'path', param: 'board_id' },
      rereadDays: 7,
      bumpsParent: 'unknown',
    },
    cost: 10,
    scopes,
    feature: projectsFeature,
  }),
  defineStream({
    name: 'project_templates',
    api: 'v2',
    path: '/projectTemplates',
    cursorField: 'update_time',
    strategy: { kind: 'full-scan', time: ['update_time'] },
    settings: { knownBy: 'id' },
    cost: 10,
    scopes,
    feature: projectsFeature,
  }),
  defineStream({
    name: 'project_fields',
    api: 'v2',
    path: '/projectFields',
    primaryKey: ['field_code'],
    marks: isCustom('field_code'),
    strategy: { kind: 'full-scan' },
    cost: 10,
    scopes: [...scopes, 'project-fields:full'],
    feature: projectsFeature,
    defines: 'project',
  }),
]
