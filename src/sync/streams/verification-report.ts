import { log, type LogMessage } from '../../airbyte/messages.js'
import { formatTime, type Time } from '../../common/time.js'
import { count } from '../../common/wording.js'

/** How far a stream is proved to be complete. */
export interface VerificationReport {
  readonly stream: string
  /** How many records of its list the warehouse is known to have; undefined: too many to keep their keys. */
  readonly known: number | undefined
  /** Whether records that Pipedrive has no more can be found: the state has room for their ids. */
  readonly findsDeleted: boolean
  /** Everything that was there then has been compared; undefined: never. */
  readonly verifiedAt: Time | undefined
  /** Of a comparison that is under way, how much is done: 0 to 1; undefined: none is. */
  readonly share: number | undefined
  /** Records of which this run has found that the warehouse lacked them. */
  readonly missing: number
  /** Records of which this run has found that Pipedrive has them no more. */
  readonly deleted: number
}

/** The end of a stream's log: what is known, since when it is proved, and what was found. */
export function reportLine(report: VerificationReport): LogMessage {
  const { stream, known, verifiedAt, share, missing } = report
  if (known === undefined) return log('INFO', `${stream} has too many records to be verified.`)
  const until = verifiedAt === undefined ? 'not verified yet' : `verified up to ${formatTime(verifiedAt)}`
  const next = share === undefined ? '' : `, ${Math.floor(share * 100)} % of the next comparison done`
  const line = `${stream}: ${count(known, 'record')} known, ${until}${next}, ${deletionsIn(report)}`
  if (missing === 0) return log('INFO', `${line}, none missing.`)
  const found = count(missing, 'record')
  return log('WARN', `${line}. ${found} had not been read before, though not changed since: ${REASONS}`)
}

function deletionsIn({ findsDeleted, deleted }: VerificationReport): string {
  if (!findsDeleted) return 'too many ids that are not numbers to find deletions'
  return deleted === 0 ? 'no new deletions' : `${count(deleted)} deleted`
}

const REASONS =
  'emitted now. They may have become visible to the owner of the token, or Pipedrive left them out before.'
