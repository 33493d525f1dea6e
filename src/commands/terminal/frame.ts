import type { Time } from '../../common/time.js'
import { count, shortDuration } from '../../common/wording.js'
import { shareOf, timeLeft, type Progress, type StreamProgress } from './progress.js'

const BAR_WIDTH = 24

/** Lines that show how far a run is: the streams that are being read, and a bar for the whole. */
export function frame(
  progress: Progress,
  now: Time,
  { columns, rows }: { columns: number; rows: number },
): string[] {
  const { running } = progress
  // The bar, the number of streams that have no line, and a line for the cursor.
  const shown = running.slice(0, Math.max(0, rows - 3))
  const names = Math.max(0, ...shown.map(({ name }) => name.length))
  const lines = shown.map((stream) => `${stream.name.padEnd(names)}  ${streamLine(stream, now)}`)
  if (shown.length < running.length) lines.push(`and ${running.length - shown.length} more`)
  return [...lines, barLine(progress, now)].map((line) => line.slice(0, Math.max(1, columns - 1)))
}

function streamLine(stream: StreamProgress, now: Time): string {
  const { records, startedAt } = stream
  const elapsed = now - startedAt
  const share = shareOf(stream)
  const left = timeLeft(share, elapsed)
  return [
    count(records, 'record'),
    ...(share === undefined ? [] : [percent(share)]),
    ...(elapsed >= 1000 ? [`${count((records * 1000) / elapsed)}/s`] : []),
    ...(left === undefined ? [] : [`${shortDuration(left)} left`]),
  ].join('  ')
}

function barLine(progress: Progress, now: Time): string {
  const { streams, ended, records, share } = progress.total
  const elapsed = now - progress.startedAt
  const full = Math.round(share * BAR_WIDTH)
  const left = timeLeft(share, elapsed)
  return [
    `[${'#'.repeat(full)}${'-'.repeat(BAR_WIDTH - full)}] ${percent(share)}`,
    `${ended} of ${count(streams, 'stream')}`,
    count(records, 'record'),
    ...(left === undefined || share === 1 ? [] : [`${shortDuration(left)} left`]),
  ].join('  ')
}

/** One line for a stream whose reading has ended. */
export function endLine({ name, records, status, startedAt }: StreamProgress, now: Time): string {
  const end = status === 'complete' ? '' : ', incomplete'
  return `${name}: ${count(records, 'record')} in ${shortDuration(now - startedAt)}${end}`
}

function percent(share: number): string {
  return `${Math.floor(share * 100)} %`
}
