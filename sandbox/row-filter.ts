import type { ListContext } from './list-context.js'
import type { Parameters } from './parameters.js'
import type { Row } from './row.js'
import type { SandboxStream } from './stream.js'
import { parseTime } from './times.js'

type RowTest = (row: Row) => boolean

/** Which rows of the list the request asks for. `parentId`: the list is that of one parent. */
export function rowFilter(
  stream: SandboxStream,
  parameters: Parameters,
  context: ListContext,
  parentId?: string,
): RowTest {
  if (stream.route.filterId === true && parameters.integer('filter_id') !== undefined) {
    parameters.reject('"filter_id" names a filter, and the sandbox does not evaluate filters')
  }
  const tests = [
    ...(stream.shape === undefined ? [] : [stream.shape.shows]),
    ...fieldTests(stream, parameters, context),
    ...timeTests(stream, parameters, context),
    ...statusTests(stream, parameters, context),
    ...idTests(stream, parameters),
    ...parentTests(stream, parameters, context, parentId),
  ]
  return (row) => tests.every((test) => test(row))
}

function fieldTests({ route }: SandboxStream, parameters: Parameters, { store }: ListContext): RowTest[] {
  return Object.entries(route.filters ?? {}).flatMap(([name, { kind, field = name, through, required }]) => {
    const wanted = parameters.value(kind, name)
    if (wanted === undefined) return required === true ? parameters.reject(`"${name}" is required`) : []
    if (through === undefined) return [(row: Row) => [valueAt(row, field)].flat().includes(wanted)]
    const id = store.find(through.stream, String(wanted))?.[through.field]
    return [(row: Row) => row.id === id]
  })
}

function valueAt(row: Row, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (value as Row | null | undefined)?.[name], row)
}

/** "updated_since: update_time later than or equal to, updated_until: earlier than". */
function timeTests({ route }: SandboxStream, parameters: Parameters, { switches }: ListContext): RowTest[] {
  const since = route.since === true ? parameters.time('updated_since') : undefined
  const until = route.until === true ? parameters.time('updated_until') : undefined
  if (since === undefined && until === undefined) return []
  const first = since ?? -Infinity
  return [
    (row) => {
      const updated = parseTime(row.update_time)
      if (updated === null) return switches.nullTimesUnderSince === 'included'
      const isSince = switches.sinceFilter === 'inclusive' ? updated >= first : updated > first
      return isSince && updated < (until ?? Infinity)
    },
  ]
}

/** "If omitted, all not deleted deals are returned"; deleted ones up to 30 days after their deletion. */
function statusTests({ route }: SandboxStream, parameters: Parameters, context: ListContext): RowTest[] {
  const { store, switches } = context
  const byId = route.ids === true && parameters.ids('ids') !== undefined
  const returnsDeleted = byId && switches.deletedById === 'returned'
  if (route.statuses === undefined) return returnsDeleted ? [] : [(row) => row.is_deleted !== true]
  const asked = parameters.listOf('status', route.statuses)
  return [
    (row) => {
      if (row.is_deleted === true || row.status === 'deleted') {
        const isAsked = asked === undefined ? returnsDeleted : asked.includes('deleted')
        return isAsked && store.isRecentlyDeleted(row)
      }
      return asked === undefined || asked.includes(String(row.status))
    },
  ]
}

function idTests({ route }: SandboxStream, parameters: Parameters): RowTest[] {
  const ids = route.ids === true ? parameters.ids('ids') : undefined
  return ids === undefined ? [] : [(row) => ids.has(Number(row.id))]
}

/** Children of the given parents; those of a hidden parent are hidden too. */
function parentTests(
  { route, parent }: SandboxStream,
  parameters: Parameters,
  { store }: ListContext,
  parentId: string | undefined,
): RowTest[] {
  if (parent === undefined) return []
  const { stream, field } = parent
  const isVisible = (id: unknown) => !store.table(stream).isHidden(String(id))
  if (parentId !== undefined) return [(row) => String(row[field]) === parentId && isVisible(parentId)]
  if (route.paging !== 'batch') return []
  const ids =
    parameters.ids(batchParameter(parent)) ?? parameters.reject(`"${batchParameter(parent)}" is required`)
  return [(row) => ids.has(Number(row[field])) && isVisible(row[field])]
}

/** deal_id: deal_ids. */
export function batchParameter({ field }: { readonly field: string }): string {
  return `${field}s`
}
