import { log, type Emission } from '../../airbyte/messages.js'
import { formatTime, type Time } from '../../common/time.js'
import type { ListScan } from './list-scan.js'
import { readWhole } from './walk.js'

/** What decides whether a list of settings is read. */
export interface SettingsReading {
  /** How long a reading counts; 0: until the next run. */
  readonly everyMs: number
  /** When the last complete reading began. */
  readonly readAt: Time | undefined
  /** Whether a reading was cut off. */
  readonly isCutOff: boolean
  /** Whether a row has a name that the list did not have then. */
  readonly isLacking: boolean
}

/** A time in the future counts like one in the past: a wrong clock must not keep a list from being read. */
export function isReadingDue({ everyMs, readAt, isCutOff, isLacking }: SettingsReading, now: Time): boolean {
  return readAt === undefined || isCutOff || isLacking || Math.abs(now - readAt) >= everyMs
}

/** Whether one of the list's streams needs it in a run that starts now. */
export function areSettingsDue(scan: ListScan, now: Time): boolean {
  const { settingsEveryMs: everyMs, names, stream } = scan
  if (!stream.settings || everyMs === 0 || names?.areRead === false) return true
  const isLacking = names?.isLacking ?? false
  return scan.active.some(({ cursor: { readAt, resume } }) =>
    isReadingDue({ everyMs, readAt, isCutOff: resume !== undefined, isLacking }, now),
  )
}

export async function* readSettings(scan: ListScan): AsyncGenerator<Emission> {
  const { names } = scan
  names?.readingBegins()
  yield* readWhole(scan)
  const own = scan.active.find(({ role }) => role === 'own')
  if (own?.cursor.readAt !== undefined) names?.readingEnded(own.cursor.readAt)
}

/** Settings that were read not long ago wait for the other lists, whose rows may refer to what they lacked then. */
export async function* readIfLacking(scan: ListScan, others: readonly ListScan[]): AsyncGenerator<Emission> {
  await Promise.all(others.map(({ ended }) => ended))
  const { name } = scan.stream
  if (scan.names?.isLacking) {
    yield log('DEBUG', `${name}: a row refers to what the list did not have before.`)
    yield* readSettings(scan)
    return
  }
  const [first] = scan.active
  const { readAt } = first?.cursor ?? {}
  if (readAt !== undefined) yield log('DEBUG', `${name} was read at ${formatTime(readAt)}; nothing is read.`)
}
