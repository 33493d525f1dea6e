import { isObject } from '../../common/is-object.js'
import type { Time } from '../../common/time.js'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Tokens by the hour in which they were spent, as RFC 3339 has it up to the hour: `2026-11-21T20`. */
export type SpentTokens = Readonly<Record<string, number>>

/**
 * The tokens of the last 24 hours. An hour that is partly older counts whole: Pipedrive does not say at which hour its
 * day begins, and within any 24 hours no more than a day's allowance may be spent.
 */
export function spentWithinDay(spent: SpentTokens, now: Time): number {
  return Object.values(recent(spent, now)).reduce((sum, tokens) => sum + tokens, 0)
}

/** Adds tokens that are spent now, and forgets those that are older than a day. */
export function addSpent(spent: SpentTokens, now: Time, tokens: number): SpentTokens {
  const hour = hourOf(now)
  return { ...recent(spent, now), [hour]: (spent[hour] ?? 0) + tokens }
}

/** What a state has; entries that are not tokens of an hour are left out. */
export function parseSpent(value: unknown): SpentTokens {
  if (!isObject(value)) return {}
  const entries = Object.entries(value).filter(
    (entry): entry is [string, number] =>
      !Number.isNaN(startOf(entry[0])) && typeof entry[1] === 'number' && entry[1] >= 0,
  )
  return Object.fromEntries(entries)
}

/** An hour in the future was written by a wrong clock. */
function recent(spent: SpentTokens, now: Time): SpentTokens {
  const isRecent = (hour: string) => startOf(hour) + HOUR_MS > now - DAY_MS && startOf(hour) <= now
  return Object.fromEntries(Object.entries(spent).filter(([hour]) => isRecent(hour)))
}

function hourOf(time: Time): string {
  return new Date(time).toISOString().slice(0, 'YYYY-MM-DDTHH'.length)
}

function startOf(hour: string): Time {
  return Date.parse(`${hour}:00:00Z`)
}
