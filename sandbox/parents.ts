import { errorOf, notFound, RejectedRequest } from './api-response.js'
import type { ListContext } from './list-context.js'
import { Parameters } from './parameters.js'
import { batchParameter } from './row-filter.js'
import type { SandboxStream } from './stream.js'

/** Rejects lists of children whose parents the API does not serve (switches goneParents, vanishedIdFailsBatch). */
export function checkParents(
  stream: SandboxStream,
  query: URLSearchParams,
  context: ListContext,
  parentId?: string,
): void {
  const { route, parent } = stream
  if (parent === undefined) return
  const parameters = new Parameters(route.version, query)
  const named = parentId === undefined ? [...(parameters.ids(batchParameter(parent)) ?? [])] : [parentId]
  const { ids, status } = context.switches.goneParents
  const isGone = (id: string | number) => ids.some((one) => String(one) === String(id))
  if (named.some(isGone)) throw new RejectedRequest(errorOf(status, 'Entity was not found'))
  const failsOnVanished = parentId !== undefined || context.switches.vanishedIdFailsBatch
  if (failsOnVanished && named.some((id) => !isKnown(stream, parent, id, context)))
    throw new RejectedRequest(notFound('Entity was not found'))
}

/** Seeded children may have a parent that was not seeded. */
function isKnown(
  { name }: SandboxStream,
  parent: NonNullable<SandboxStream['parent']>,
  id: string | number,
  { store }: ListContext,
): boolean {
  const children = () => store.rows(name)
  return (
    store.find(parent.stream, id) !== undefined ||
    children().some((row) => String(row[parent.field]) === String(id))
  )
}
