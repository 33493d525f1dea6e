import type { Company } from './company/company.js'
import { ownDraws } from './company/company.js'
import type { Row } from './row.js'
import { routes } from './stream-parts.js'
import { defineSandboxStream, type SandboxStream } from './stream.js'
import { formatTime, parseTime } from './times.js'

/** What lists of followers, and of changes, of one kind of parent have in common. */
interface Kind {
  readonly name: string
  /** The stream of the parents, which is the first part of their path, and the hidden field with the parent's id. */
  readonly of: string
  readonly field: string
  readonly scopes: readonly string[]
  readonly feature?: 'projects'
  /** The parent's counter. */
  readonly count?: string
}

const NEWEST_FIRST = [{ field: 'id', direction: 'desc' }] as const

function listOf(
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

const AGENT = 'Sandbox/1.0'

/** Fields that change with others, or that count. */
const UNLOGGED = /^(update_time|archive_time|is_archived|status_change_time|.*_count)$/

function changedFields(before: Row, after: Row): string[] {
  const fields = Object.keys(after).filter((field) => !UNLOGGED.test(field))
  return fields.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
}

/** v1: a row per field, in pages by cursor, newest first. */
export function changelogOf(kind: Kind & { readonly title: string }): SandboxStream {
  const { route, ...shared } = listOf(kind, 'changelog')
  const blankChange = {
    old_value: null,
    new_value: null,
    actor_user_id: 1,
    change_source: 'app',
    change_source_user_agent: null,
    is_bulk_update_flag: false,
  }
  return defineSandboxStream({
    ...shared,
    times: 'v1',
    added: 'time',
    parent: { stream: kind.of, field: kind.field, moves: 'never' },
    route: { ...route, version: 'v1', cost: 20, defaultSort: NEWEST_FIRST },
    exampleRow: { id: 0, [kind.field]: 0, field_key: kind.title, ...blankChange, time: null },
    logs: (before, after) =>
      changedFields(before, after).map((field_key) => ({
        ...blankChange,
        field_key,
        old_value: textOf(before[field_key]),
        new_value: textOf(after[field_key]),
      })),
    generate: (company, { blank, rowsOf }) =>
      history(company, kind, rowsOf(kind.of)).map(({ parent, at }, index) => ({
        ...blank,
        id: index + 1,
        [kind.field]: parent.id,
        field_key: kind.title,
        old_value: 'Old',
        change_source_user_agent: AGENT,
        new_value: String(parent[kind.title]),
        time: formatTime('v1', at),
      })),
  })
}

/** v2: a row per edit, newest first. */
export function changesOf(kind: Kind & { readonly title: string }): SandboxStream {
  const { route, ...shared } = listOf(kind, 'changelog')
  const blankChange = { change_source: 'app', change_source_user_agent: null, actor_user_id: 1 }
  return defineSandboxStream({
    ...shared,
    times: 'ms',
    added: 'time',
    parent: { stream: kind.of, field: kind.field, moves: 'never' },
    route: { ...route, defaultSort: NEWEST_FIRST },
    exampleRow: { id: 0, [kind.field]: 0, ...blankChange, new_values: {}, old_values: {}, time: null },
    logs: (before, after) => {
      const fields = changedFields(before, after)
      const valuesIn = (row: Row) => Object.fromEntries(fields.map((field) => [field, row[field]]))
      if (fields.length === 0) return []
      return [{ ...blankChange, old_values: valuesIn(before), new_values: valuesIn(after) }]
    },
    generate: (company, { blank, rowsOf }) =>
      history(company, kind, rowsOf(kind.of)).map(({ parent, at }, index) => ({
        ...blank,
        id: index + 1,
        [kind.field]: parent.id,
        old_values: { [kind.title]: 'Old' },
        change_source_user_agent: AGENT,
        new_values: { [kind.title]: parent[kind.title] },
        time: formatTime('ms', at),
      })),
  })
}

/** Up to two changes of every third parent, the oldest first, none after its last update. */
function history(company: Company, { name }: Kind, parents: readonly Row[]): { parent: Row; at: number }[] {
  const { random, openedAt } = ownDraws(company, name)
  const changes = every(3, parents).flatMap((parent) => {
    const added = parseTime(parent.add_time) ?? openedAt
    const updated = Math.max(added, parseTime(parent.update_time) ?? added)
    const between = added + Math.floor(random.next() * ((updated - added) / 1000)) * 1000
    return [...new Set([between, updated])].map((at) => ({ parent, at }))
  })
  return changes.sort((a, b) => a.at - b.at)
}

function every(step: number, rows: readonly Row[]): Row[] {
  return rows.filter((_, at) => at % step === 0)
}

/** Change logs have all values as text. */
function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null
  return typeof value === 'string' ? value : JSON.stringify(value)
}
