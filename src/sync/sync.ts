import { log, state, streamStatus, type Emission, type JsonObject } from '../airbyte/messages.js'
import { formatTime } from '../common/time.js'
import type { FutureCursor, SyncPlan } from './plan.js'
import { reportLine } from './streams/verification-report.js'
import { Run } from './scheduler/run.js'
import type { SyncOptions } from './scheduler/sync-options.js'

/**
 * The whole sync as messages: lists are read side by side, and each page's records leave before the next page is
 * read.
 */
export async function* sync(plan: SyncPlan, options: SyncOptions): AsyncGenerator<Emission> {
  if (plan.widerVisibility.length > 0) {
    yield log(
      'WARN',
      "The token's owner may see records that the previous owner could not. Records that changed before the last sync " +
        `are not read again: to read them, refresh ${plan.widerVisibility.join(', ')}.`,
    )
  }
  if (plan.backfilled.length > 0) {
    yield log(
      'INFO',
      `${plan.backfilled.join(', ')}: columns for custom fields have changed, and custom_fields_backfill is on. ` +
        'All rows are read again.',
    )
  }
  const run = new Run(plan, options)
  for (const { name, error } of plan.unavailable) yield* run.refuse(name, error)
  for (const stream of plan.futureCursors) yield* returnState(stream)
  yield* run.read()
  for (const list of plan.deletions) yield* run.readBehindOthers(list.emitter, list.emit(plan.streams))
  if (plan.verification.total > 0) yield* reports(plan)
  yield* run.errors()
}

/** How far each stream is proved to be complete. */
function* reports({ streams }: SyncPlan): Generator<Emission> {
  for (const stream of streams) for (const report of stream.reports()) yield reportLine(report)
}

function* returnState({ stream, state: saved, cursor }: FutureCursor): Generator<Emission> {
  const { name } = stream
  yield streamStatus(name, 'STARTED')
  yield log(
    'WARN',
    `${name}: the saved cursor ${formatTime(cursor)} lies in the future, so nothing is read. ` +
      'Clear the stream to read it again.',
  )
  yield streamStatus(name, 'RUNNING')
  yield state(name, saved as JsonObject)
  yield streamStatus(name, 'COMPLETE')
}
