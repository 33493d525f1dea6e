import type { Time } from '../../common/time.js'
import type { Allowance } from './allowance.js'
import type { Onlooker } from './missing-rows.js'

/** Of 0 to 9: everything else that is requested goes first. */
export const LAST_PRIORITY = 9

/** Once a day; daily syncs do not come at the same second. */
const EVERY_MS = 23 * 3_600_000

/** Whether what was compared at that time is compared again; undefined: it never was. */
export function isDueAgain(comparedAt: Time | undefined, now: Time): boolean {
  return comparedAt === undefined || now - comparedAt >= EVERY_MS
}

/** What the verification of streams may cost in a run, and who looks at their rows. */
export interface Terms extends Onlooker {
  readonly allowance: Allowance
  /** Whether everything is compared in this run, from its beginning to its end. */
  readonly isAtOnce: boolean
  /** When the run began, by the server's clock. */
  readonly now: Time
}
