import type { Row } from './row.js'
import { routes } from './stream-parts.js'
import { defineSandboxStream, type SandboxStream } from './stream.js'
import { formatTime, parseTime } from './times.js'

/** What lists of followers, and of changes, of one kind of parent have in common. */
export interface Kind {
  readonly name: string
  /** The stream of the parents, which is the first part of their path, and the hidden field with the parent's id. */
  readonly of: string
  readonly field: string
  readonly scopes: readonly string[]
  readonly feature?: 'projects'
  /** The parent's counter. */
  readonly count?: string
}

export function listOf(
  kind: Kind,
  path: string,
): Pick<SandboxStream, 'name' | 'table' | 'key' | 'hidden' | 'after'> & {
  readonly route: SandboxStream['route']
} {
  const { name, of, field, scopes, feature } = kind
  return {
    name,
    table: name,
    key: ['id'],
    hidden: ['id', field],
    after: [of, 'users'],
    route: {
      ...routes.cursor,
      path: `/${of}/{id}/${path}`,
      cost: 10,
      scopes,
      ...(feature && { feature }),
    },
  }
}

/** Every second parent is followed by its owner. "Follower changes move no update_time." */
export function followersOf(kind: Kind): SandboxStream {
  return defineSandboxStream({
    ...listOf(kind, 'followers'),
    times: 'v2',
    added: 'add_time',
    parent: {
      stream: kind.of,
      field: kind.field,
      moves: 'never',
      ...(kind.count !== undefined && { count: kind.count }),
    },
    exampleRow: { id: 0, [kind.field]: 0, user_id: 1, add_time: null },
    generate: ({ userIds, openedAt }, { blank, rowsOf }) =>
      every(2, rowsOf(kind.of)).map((parent, index) => ({
        ...blank,
        id: index + 1,
        [kind.field]: parent.id,
        user_id: parent.owner_id ?? userIds[0],
        add_time: formatTime('v2', parseTime(parent.add_time) ?? openedAt),
      })),
  })
}

/** Who began to follow, and who stopped. */
export function followerChangesOf(kind: Kind): SandboxStream {
  return defineSandboxStream({
    ...listOf(kind, 'followers/changelog'),
    times: 'v2',
    added: 'time',
    parent: { stream: kind.of, field: kind.field, moves: 'never' },
    exampleRow: {
      id: 0,
      [kind.field]: 0,
      action: 'added',
      actor_user_id: 1,
      follower_user_id: 1,
      time: null,
    },
    generate: ({ userIds, openedAt }, { blank, rowsOf }) =>
      every(2, rowsOf(kind.of)).map((parent, index) => ({
        ...blank,
        id: index + 1,
        [kind.field]: parent.id,
        actor_user_id: userIds[0],
        follower_user_id: parent.owner_id ?? userIds[0],
        time: formatTime('v2', parseTime(parent.add_time) ?? openedAt),
      })),
  })
}

export function every(step: number, rows: readonly Row[]): Row[] {
  return rows.filter((_, at) => at % step === 0)
}
