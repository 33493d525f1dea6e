import { defineStream, type StreamSpec } from '../stream.js'

interface Parents {
  /** As in the names of streams: deal, person. */
  readonly name: string
  readonly of: readonly string[]
  /** The field of a row that holds its parent. */
  readonly field: string
  readonly scopes: readonly string[]
  /** Whether its rows count their followers. */
  readonly counts: boolean
  /** Fields that show whether a parent is new, where its list is compared row by row. */
  readonly watch?: readonly string[]
}

/** Who follows a record. Rows have no key of their own, and following moves no update time. */
function followers({ name, of, field, scopes, counts, watch }: Parents): StreamSpec {
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
      rereadDays: 7,
      bumpsParent: 'no',
      ...(counts && { countedBy: 'followers_count' }),
      ...(watch && { watch }),
    },
    cost: 10,
    scopes,
  })
}

/** Who began to follow a record, and who stopped. The order of the list is undocumented. */
function followerChanges({ name, of, field, scopes }: Parents): StreamSpec {
  return defineStream({
    name: `${name}_follower_changes`,
    api: 'v2',
    path: `/${name}s/{id}/followers/changelog`,
    primaryKey: [field, 'time', 'follower_user_id', 'sequence'],
    cursorField: 'time',
    strategy: {
      kind: 'children',
      of,
      parentKey: field,
      read: {
        kind: 'path',
        newestFirst: 'time',
        ordinal: { field: 'sequence', within: ['time', 'follower_user_id'] },
      },
      rereadDays: 7,
      bumpsParent: 'no',
    },
    cost: 10,
    scopes,
  })
}

const contacts = ['contacts:read', 'contacts:full']

const deal: Parents = {
  name: 'deal',
  of: ['deals', 'deals_archived'],
  field: 'deal_id',
  scopes: ['deals:read', 'deals:full'],
  counts: true,
}
const person: Parents = {
  name: 'person',
  of: ['persons'],
  field: 'person_id',
  scopes: contacts,
  counts: true,
}
const organization: Parents = {
  name: 'organization',
  of: ['organizations'],
  field: 'org_id',
  scopes: contacts,
  counts: true,
}
const product: Parents = {
  name: 'product',
  of: ['products'],
  field: 'product_id',
  scopes: ['products:read', 'products:full'],
  counts: false,
}
const user: Parents = {
  name: 'user',
  of: ['users'],
  field: 'followed_user_id',
  scopes: ['users:read'],
  counts: false,
  watch: ['id'],
}

export const followersOfRecords = [
  ...[deal, person, organization, product, user].map(followers),
  ...[deal, person, organization, product].map(followerChanges),
]
