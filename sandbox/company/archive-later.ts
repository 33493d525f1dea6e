import type { SeedRecord } from '../row.js'
import { formatTime } from '../times.js'

const LATER_MS = 20 * 60_000

/** The same company where archiving did not move the update time: rows were archived after their last update. */
export function archiveLater(records: readonly SeedRecord[]): SeedRecord[] {
  return records.map(({ stream, data }) => {
    const archived = data.archive_time
    if (typeof archived !== 'string') return { stream, data }
    const format = archived.includes('.') ? 'ms' : 'v2'
    return { stream, data: { ...data, archive_time: formatTime(format, Date.parse(archived) + LATER_MS) } }
  })
}
