import type { ChildStrategy } from '../child-strategy.js'
import { defineStream } from '../stream.js'
import { projectsFeature } from './projects.js'

/**
 * What changed in a record: a list per record, newest first. Rows have no key of their own: those of one field in one
 * second are numbered, the oldest first.
 */
const log = (of: readonly string[], parentKey: string, within: readonly string[]): ChildStrategy => ({
  kind: 'children',
  of,
  parentKey,
  read: { kind: 'path', newestFirst: 'time', ordinal: { field: 'sequence', within } },
  bumpsParent: 'yes',
})

/** v1: a row per field. */
const changelog = (name: string, path: string, parentKey: string, of: readonly string[]) =>
  defineStream({
    name,
    api: 'v1',
    path,
    primaryKey: [parentKey, 'time', 'field_key', 'sequence'],
    cursorField: 'time',
    strategy: log(of, parentKey, ['time', 'field_key']),
    cost: 20,
    scopes: ['recents:read'],
  })

export const changelogs = [
  changelog('deal_changelog', '/deals/{id}/changelog', 'deal_id', ['deals', 'deals_archived']),
  changelog('person_changelog', '/persons/{id}/changelog', 'person_id', ['persons']),
  changelog('organization_changelog', '/organizations/{id}/changelog', 'org_id', ['organizations']),
  /** Worked out from the change log. */
  defineStream({
    name: 'deal_stage_history',
    api: 'v1',
    path: '/deals/{id}/changelog',
    primaryKey: ['deal_id', 'sequence'],
    cursorField: '_changed_at',
    strategy: {
      kind: 'children',
      of: ['deals', 'deals_archived'],
      parentKey: 'deal_id',
      read: { kind: 'path', newestFirst: 'time' },
      movedBy: ['stage_change_time'],
      derive: {
        field: 'stage_id',
        along: ['pipeline_id'],
        since: 'add_time',
        movedAt: 'stage_change_time',
      },
      bumpsParent: 'yes',
    },
    // A deal that is imported with an earlier change of stage comes with its next one.
    untrackedChanges: ['the stages of a deal that was imported with an earlier `stage_change_time`'],
    cost: 20,
    scopes: ['recents:read'],
  }),
  // The same facts as the change log at twice its price, for those who have them from Airbyte's own source.
  defineStream({
    name: 'deal_flow',
    api: 'v1',
    path: '/deals/{id}/flow',
    paging: 'offset',
    params: { all_changes: '1', items: 'dealChange' },
    recordPath: { kind: 'envelopes', member: 'data' },
    cursorField: 'log_time',
    strategy: {
      kind: 'children',
      of: ['deals', 'deals_archived'],
      parentKey: 'item_id',
      read: { kind: 'path', newestFirst: 'log_time' },
      bumpsParent: 'yes',
    },
    cost: 40,
    scopes: ['recents:read'],
  }),
  // v2: a row per edit.
  defineStream({
    name: 'project_changelog',
    api: 'v2',
    path: '/projects/{id}/changelog',
    primaryKey: ['project_id', 'time', 'sequence'],
    cursorField: 'time',
    strategy: log(['projects'], 'project_id', ['time']),
    cost: 10,
    scopes: ['projects:read', 'projects:full'],
    feature: projectsFeature,
  }),
]
