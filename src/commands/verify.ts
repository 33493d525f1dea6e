import { readState } from '../airbyte/state-file.js'
import { configError } from '../airbyte/errors.js'
import { formatTime } from '../common/time.js'
import { count } from '../common/wording.js'
import { isCompared } from '../manifest/compared.js'
import { manifest } from '../manifest/manifest.js'
import { sync } from '../sync/sync.js'
import type { VerificationReport } from '../sync/streams/verification-report.js'
import type { CommandContext, ExitCode } from './context.js'
import { openRun } from './open-run.js'

export interface VerifyArguments {
  /** Paths of the config file and of the state. */
  config: string
  state: string | undefined
  /** If empty: all of the state. */
  streams: readonly string[]
  json: boolean
}

/** What is printed for each stream. */
interface Line extends VerificationReport {
  /** Whether the list was walked to its end. */
  readonly isComplete: boolean
}

/**
 * Compares all lists with the keys in a state, now and whole, whatever it costs, and prints what is missing. Emits no
 * record and no state. Exit code 0 only if every list was walked to its end, and nothing was missing.
 */
export async function runVerify(args: VerifyArguments, context: CommandContext): Promise<ExitCode> {
  const { client, account, plan } = await openRun(
    { ...args, streams: await verifiable(args), catalog: undefined, syncMode: 'incremental' },
    context,
    () => ({}),
    { verifiesOnly: true, verificationShare: Infinity },
  )
  const { signal, writer } = context
  for await (const message of sync(plan, { client, signal, onIncomplete: () => undefined }))
    if (message.type === 'LOG' && message.log.level === 'WARN') await writer.write(message)
  const lines = plan.streams.flatMap((stream) =>
    stream
      .reports()
      .map((report): Line => ({ ...report, isComplete: report.verifiedAt === account.serverTime })),
  )
  await (args.json ? context.printJson(lines.map(toJson)) : context.print(tableOf(lines)))
  return lines.every(({ isComplete, missing }) => isComplete && missing === 0) ? 0 : 1
}

/** The streams of the state whose lists can be compared. */
async function verifiable({ state, streams }: VerifyArguments): Promise<string[]> {
  if (state === undefined) throw configError('Specify the state of the last sync with --state FILE.')
  const candidates = manifest.filter(
    (stream) => isCompared(stream) && !stream.archiveOf && !stream.isPersonal,
  )
  const states = await readState(
    state,
    manifest.map(({ name }) => name),
  )
  const known = candidates.map(({ name }) => name).filter((name) => states.has(name))
  const wanted = streams.length === 0 ? known : known.filter((name) => streams.includes(name))
  if (wanted.length > 0) return wanted
  throw configError(`The state ${state} has no stream that can be verified.`)
}

const COLUMNS = ['stream', 'records', 'missing', 'deleted', 'verified up to']

function tableOf(lines: readonly Line[]): string {
  const rows = [COLUMNS, ...lines.map(cellsOf)]
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const align = (cell: string, column: number) =>
    column === 0 || column === COLUMNS.length - 1
      ? cell.padEnd(widths[column] ?? 0)
      : cell.padStart(widths[column] ?? 0)
  return rows.map((row) => row.map(align).join('  ').trimEnd()).join('\n')
}

function cellsOf({ stream, known, missing, deleted, verifiedAt, isComplete }: Line): string[] {
  const until = verifiedAt === undefined ? 'never' : formatTime(verifiedAt)
  return [
    stream,
    known === undefined ? 'too many' : count(known),
    count(missing),
    count(deleted),
    isComplete ? until : `${until}, now incomplete`,
  ]
}

function toJson({ stream, known, missing, deleted, verifiedAt, isComplete }: Line) {
  const verified = verifiedAt === undefined ? null : formatTime(verifiedAt)
  return { stream, records: known ?? null, missing, deleted, verified_up_to: verified, complete: isComplete }
}
