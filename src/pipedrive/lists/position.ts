import { isObject } from '../../common/is-object.js'
import type { Time } from '../../common/time.js'

/** Where a walk over a list continues: plain JSON, so that it can wait in a state. */
export type Position = CursorPosition | OffsetPosition | SeekPosition

interface Shared {
  /** Which part of a list that comes in parts; default 0. */
  part?: number
}

export interface CursorPosition extends Shared {
  kind: 'cursor'
  cursor?: string
  /** Overrides the time from which rows are requested. */
  since?: Time
  /** A second at which a page ended; whether the cursor skipped rows of it is not known yet. */
  tie?: Time
}

/** A row that was read; without a time in positions of earlier versions. */
export interface Anchor {
  key: string
  time?: Time | null
}

interface Offset extends Shared {
  /** How many rows to skip; default 0. */
  start?: number
  /** The last row that was read. */
  anchor?: Anchor
  /** The page starts right behind the anchor, because a page of one row cannot overlap: it has to be empty. */
  apart?: true
  /** How far the last step back went. */
  back?: number
  /** How often stepping back led to the start of the list. */
  returns?: number
  /** Up to this offset, pages without unseen rows are expected. */
  steppedBackFrom?: number
}

export interface OffsetPosition extends Offset {
  kind: 'offset'
}

export interface SeekPosition extends Offset {
  kind: 'seek'
  /** The time from which rows are requested: that of the query, or the last one that was read. */
  since: Time
}

/** A saved position, in this form or the first edition's; undefined when it is neither. */
export function parsePosition(value: unknown): Position | undefined {
  if (!isObject(value)) return undefined
  if (!('kind' in value)) return parseOldPosition(value)
  const part = countIn(value, 'part', 1)
  const shared = { ...(part !== undefined && { part }) }
  const since = numberIn(value, 'since')
  if (value.kind === 'cursor') return parseCursor(value, shared)
  const offset = { ...shared, ...parseOffset(value) }
  if (value.kind === 'seek') return since === undefined ? undefined : { kind: 'seek', since, ...offset }
  return value.kind === 'offset' ? { kind: 'offset', ...offset } : undefined
}

function parseCursor(value: Record<string, unknown>, shared: Shared): CursorPosition | undefined {
  const { cursor } = value
  const [since, tie] = [numberIn(value, 'since'), numberIn(value, 'tie')]
  if (typeof cursor !== 'string' && since === undefined && shared.part === undefined) return undefined
  return {
    kind: 'cursor',
    ...(typeof cursor === 'string' && { cursor }),
    ...(since !== undefined && { since }),
    ...(tie !== undefined && { tie }),
    ...shared,
  }
}

function parseOffset(value: Record<string, unknown>): Offset {
  const start = countIn(value, 'start')
  const { anchor, apart } = value
  const time = isObject(anchor) && (anchor.time === null ? null : numberIn(anchor, 'time'))
  const counts = (['back', 'returns', 'steppedBackFrom'] as const)
    .map((name) => [name, countIn(value, name)] as const)
    .filter(([, count]) => count !== undefined)
  return {
    ...(start !== undefined && { start }),
    ...(isObject(anchor) &&
      typeof anchor.key === 'string' && {
        anchor: { key: anchor.key, ...(time !== undefined && time !== false && { time }) },
      }),
    ...(apart === true && { apart }),
    ...Object.fromEntries(counts),
  }
}

/** All fields optional; `anchor` was the row's key, a colon and a hash of its content. */
function parseOldPosition(value: Record<string, unknown>): Position | undefined {
  if (typeof value.cursor === 'string') return { kind: 'cursor', cursor: value.cursor }
  const [start, since] = [countIn(value, 'start'), numberIn(value, 'since')]
  if (since !== undefined) return { kind: 'seek', since }
  if (start === undefined || typeof value.anchor !== 'string') return undefined
  const end = value.anchor.lastIndexOf(':')
  return { kind: 'offset', start, anchor: { key: end === -1 ? value.anchor : value.anchor.slice(0, end) } }
}

function numberIn(value: Record<string, unknown>, field: string): number | undefined {
  const number = value[field]
  // Beyond this, there is no date.
  return typeof number === 'number' && Math.abs(number) <= 8.64e15 ? number : undefined
}

function countIn(value: Record<string, unknown>, field: string, least = 0): number | undefined {
  const count = value[field]
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= least ? count : undefined
}
