import { every, listOf, type Kind } from './children.js'
import { type Company, ownDraws } from './company/company.js'
import type { Row } from './row.js'
import { defineSandboxStream, type SandboxStream } from './stream.js'
import { formatTime, parseTime } from './times.js'

export const NEWEST_FIRST = [{ field: 'id', direction: 'desc' }] as const

const AGENT = 'Sandbox/1.0'

/** Fields that change with others, or that count. */
const UNLOGGED = /^(update_time|archive_time|is_archived|status_change_time|.*_count)$/

export function changedFields(before: Row, after: Row): string[] {
  const fields = Object.keys(after).filter((field) => !UNLOGGED.test(field))
  return fields.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
}

/** A field that some parents have changed once, at a time that they have. */
interface Moves {
  readonly field: string
  readonly at: string
}

/** v1: a row per field, in pages by cursor, newest first. */
export function changelogOf(kind: Kind & { readonly title: string; readonly moves?: Moves }): SandboxStream {
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
      [
        ...history(company, kind, rowsOf(kind.of)).map(({ parent, at }) => ({
          [kind.field]: parent.id,
          field_key: kind.title,
          old_value: 'Old',
          change_source_user_agent: AGENT,
          new_value: String(parent[kind.title]),
          time: formatTime('v1', at),
        })),
        ...movesOf(rowsOf(kind.of), kind),
      ]
        .sort((a, b) => a.time.localeCompare(b.time))
        .map((change, index) => ({ ...blank, id: index + 1, ...change })),
  })
}

/** Which value the field had before is made up: the id before, which exists, or the second one. */
function movesOf(parents: readonly Row[], { field: parentField, moves }: Kind & { moves?: Moves }) {
  if (!moves) return []
  const { field, at } = moves
  return parents
    .filter((parent) => parseTime(parent[at]) !== null)
    .map((parent) => ({
      [parentField]: parent.id,
      field_key: field,
      old_value: String(Number(parent[field]) > 1 ? Number(parent[field]) - 1 : 2),
      new_value: String(parent[field]),
      time: formatTime('v1', parseTime(parent[at]) ?? 0),
    }))
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

/** Change logs have all values as text. */
function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null
  return typeof value === 'string' ? value : JSON.stringify(value)
}
