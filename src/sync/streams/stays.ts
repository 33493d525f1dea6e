import { formatTime, timeOrNull, type Time } from '../../common/time.js'
import type { StaysTraits } from '../../manifest/stays.js'
import type { RawRow } from '../../pipedrive/lists/row.js'

/** A value of the field, and from when on the parent had it. */
interface Stay {
  readonly value: unknown
  readonly along: RawRow
  readonly entered: Time | null
}

/** Whether the parent's field has the value that it began with. */
export function isUnmoved(parent: RawRow, { movedAt }: StaysTraits): boolean {
  return timeOrNull(parent[movedAt]) === null
}

/**
 * How long the parent's field had each value, oldest first: the values, `sequence` from 1 on, `entered_time`,
 * `left_time` and `seconds`; the last two are null for the current value. `log`: the parent's changes, oldest first,
 * with `field_key`, `old_value`, `new_value` (as text) and `time`.
 */
export function staysOf(parent: RawRow, log: readonly RawRow[], traits: StaysTraits): RawRow[] {
  const stays = withCurrent(loggedStays(parent, log, traits), parent, traits)
  return stays.map(({ value, along, entered }, at) => {
    const left = stays[at + 1]?.entered ?? null
    return {
      [traits.field]: value,
      ...along,
      sequence: at + 1,
      entered_time: textOf(entered),
      left_time: textOf(left),
      seconds: entered === null || left === null ? null : Math.max(0, Math.round((left - entered) / 1000)),
    }
  })
}

function loggedStays(parent: RawRow, log: readonly RawRow[], traits: StaysTraits): Stay[] {
  const { field, along, since } = traits
  const own = log.filter(({ field_key }) => field_key === field)
  const [first] = own
  if (!first) return []
  const alongAt = (time: Time) =>
    Object.fromEntries(along.map((name) => [name, valueAt(name, time, parent, log)]))
  return [
    { value: typed(first.old_value), along: alongAt(-Infinity), entered: timeOrNull(parent[since]) },
    ...own.map(({ new_value, time }) => {
      const entered = timeOrNull(time)
      return { value: typed(new_value), along: alongAt(entered ?? -Infinity), entered }
    }),
  ]
}

/** The log may lack the last change, or have one that is later than what is known of the parent. */
function withCurrent(
  stays: readonly Stay[],
  parent: RawRow,
  { field, along, since, movedAt }: StaysTraits,
): readonly Stay[] {
  const last = stays.at(-1)
  const moved = timeOrNull(parent[movedAt])
  const isLogged = last !== undefined && (last.value === parent[field] || (last.entered ?? 0) >= (moved ?? 0))
  if (isLogged) return stays
  const now = Object.fromEntries(along.map((name) => [name, parent[name]]))
  return [...stays, { value: parent[field], along: now, entered: moved ?? timeOrNull(parent[since]) }]
}

/** What a field was at a time, changes of that second included; what never changed is as it is now. */
function valueAt(field: string, time: Time, parent: RawRow, log: readonly RawRow[]): unknown {
  const changes = log.filter(({ field_key }) => field_key === field)
  const before = changes.filter((change) => (timeOrNull(change.time) ?? Infinity) <= time).at(-1)
  if (before) return typed(before.new_value)
  const [first] = changes
  return first ? typed(first.old_value) : parent[field]
}

/** Logs have ids as text. */
function typed(value: unknown): unknown {
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : (value ?? null)
}

function textOf(time: Time | null): string | null {
  return time === null ? null : formatTime(time)
}
