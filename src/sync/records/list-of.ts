import type { StreamSpec } from '../../manifest/stream.js'
import type { List } from '../../pipedrive/lists/list.js'

/** What the list layer needs to know of a stream's list. */
export function listOf(stream: StreamSpec): List {
  const { name, api, path, paging, pageSize, params, include, optionalInclude, cost, primaryKey, strategy } =
    stream
  const timeFields = 'time' in strategy ? (strategy.time ?? []) : []
  const { parts, recordPath, omit, marks, successor } = stream
  const filtersUntil = strategy.kind === 'by-update-time' && strategy.until
  return {
    ...{ name, api, path, paging, pageSize, params, include, optionalInclude, cost, primaryKey, timeFields },
    filtersUntil,
    ...(parts && { parts }),
    ...(recordPath && { recordPath }),
    ...(omit && { omit }),
    ...(marks && { marks }),
    ...(successor && { successor }),
  }
}
