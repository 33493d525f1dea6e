import { defineStream, type StreamSpec } from '../stream.js'

interface Parents {
  /** As in the names of streams: deal, person. */
  readonly name: string
  readonly of: readonly string[]
  /** The field of a row that holds its parent. */
  readonly field: string
  readonly scopes: readonly string[]
  /** Fields that show whether a parent is new, where its list is compared row by row. */
  readonly watch?: readonly string[]
}

/** Who follows a record. Rows have no key of their own, and following moves no update time. */
function followers({ name, of, field, scopes, watch }: Parents): StreamSpec {
  return defineStream({
    name: `${name}_followers`,
    api: 'v2',
    path: `/${name}s/{id}/followers`,
    primaryKey: [field, 'user_id'],
    cursorField: 'add_time',
    strategy: {
      kind: 'children',
      of,
      parentKey: field,
      read: { kind: 'path' },
      bumpsParent: 'no',
      ...(watch && { watch }),
    },
    cost: 10,
    scopes,
  })
}

const deal: Parents = {
  name: 'deal',
  of: ['deals', 'deals_archived'],
  field: 'deal_id',
  scopes: ['deals:read', 'deals:full'],
}

export const followersOfRecords = [followers(deal)]
