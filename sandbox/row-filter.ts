import type { Parameters } from './parameters.js'
import type { ListRoute } from './routes.js'
import type { Row } from './row.js'
import type { Store } from './store.js'
import type { Switches } from './switches.js'
import { parseTime } from './times.js'

type RowTest = (row: Row) => boolean

/** Which rows of the list the request asks for. */
export function rowFilter(
  route: ListRoute,
  parameters: Parameters,
  store: Store,
  switches: Switches,
): RowTest {
  if (route.filterId === true && parameters.integer('filter_id') !== undefined) {
    parameters.refuse('"filter_id" names a filter, and the sandbox does not evaluate filters')
  }
  const tests = [
    ...fieldTests(route, parameters, store),
    ...timeTests(route, parameters, switches),
    ...statusTests(route, parameters, store),
    ...idTests(route, parameters),
  ]
  return (row) => tests.every((test) => test(row))
}

function fieldTests(route: ListRoute, parameters: Parameters, store: Store): RowTest[] {
  return Object.entries(route.filters ?? {}).flatMap(([name, [kind, field = name]]) => {
    const wanted = parameters.value(kind, name)
    if (wanted === undefined) return []
    // A person has no deal_id: the filter means the person of that deal.
    if (route.stream === 'persons' && name === 'deal_id') {
      const person = store.find('deals', Number(wanted))?.person_id
      return [(row: Row) => row.id === person]
    }
    return [(row: Row) => row[field] === wanted]
  })
}

/** "updated_since: update_time later than or equal to, updated_until: earlier than". */
function timeTests(route: ListRoute, parameters: Parameters, switches: Switches): RowTest[] {
  const since = route.since === true ? parameters.time('updated_since') : undefined
  const until = route.until === true ? parameters.time('updated_until') : undefined
  if (since === undefined && until === undefined) return []
  return [
    (row) => {
      const updated = parseTime(row.update_time)
      if (updated === null) return switches.nullTimesUnderSince === 'included'
      return updated >= (since ?? -Infinity) && updated < (until ?? Infinity)
    },
  ]
}

/** "If omitted, all not deleted deals are returned"; deleted ones up to 30 days after their deletion. */
function statusTests(route: ListRoute, parameters: Parameters, store: Store): RowTest[] {
  if (route.statuses === undefined) return [(row) => row.is_deleted !== true]
  const asked = parameters.listOf('status', route.statuses)
  return [
    (row) => {
      if (row.is_deleted === true) {
        return asked?.includes('deleted') === true && store.isRecentlyDeleted(row)
      }
      return asked === undefined || asked.includes(String(row.status))
    },
  ]
}

function idTests(route: ListRoute, parameters: Parameters): RowTest[] {
  const name = route.paging === 'batch' ? 'deal_ids' : 'ids'
  if (route.ids !== true && route.paging !== 'batch') return []
  const ids = parameters.ids(name)
  if (ids === undefined) {
    return route.paging === 'batch' ? parameters.refuse(`"${name}" is required`) : []
  }
  const field = route.paging === 'batch' ? 'deal_id' : 'id'
  return [(row) => ids.has(Number(row[field]))]
}
