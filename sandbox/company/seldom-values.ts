import { formatTime } from '../times.js'
import type { Row } from '../row.js'
import type { Company } from './company.js'

/** The share of rows that have a value in a field that is mostly empty. */
export const SELDOM = 0.3

/** A value in some rows, null in the others. */
export function sometimes<T>({ random }: Pick<Company, 'random'>, make: () => T, share = SELDOM): T | null {
  return random.chance(share) ? make() : null
}

/** When mail last went in and out, of some rows. */
export function drawMailTimes(company: Company): Row {
  const time = () => formatTime('v2', company.timeline.before(300 * 24 * 3_600_000))
  return {
    last_incoming_mail_time: sometimes(company, time),
    last_outgoing_mail_time: sometimes(company, time),
  }
}

/** Which marketing channel some deals and leads came from. */
export function drawOrigin(company: Company): Row {
  const { random, words } = company
  if (!random.chance(SELDOM)) return {}
  return {
    origin: 'API',
    origin_id: random.hex(16),
    channel: random.int(1, 60),
    channel_id: random.pick(words.sentences),
  }
}

/** Older rows have plain dates that were never set as text. */
export function unsetDate({ random }: Pick<Company, 'random'>): '' | '0000-00-00' | null {
  return random.pick(['', '0000-00-00', null, null])
}

export function bccAddress(noun: string, id: unknown): string {
  return `sandbox+${noun}${String(id)}@pipedrivemail.com`
}
