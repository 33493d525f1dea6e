import { type ApiResponse, gone, notFound } from './api-response.js'
import type { ListContext } from './list-context.js'
import { Parameters } from './parameters.js'
import { presentationParameters, presenter } from './read-presentation.js'
import type { SandboxStream } from './stream.js'

/** GET of one row, archived or not. What deleted and hidden rows get is the switch deletedById. */
export function respondRow(
  stream: SandboxStream,
  id: string,
  query: URLSearchParams,
  context: ListContext,
): ApiResponse {
  const { version } = stream.route
  const parameters = new Parameters(version, query)
  parameters.checkNames(presentationParameters(stream))
  if (stream.uuid !== true && !/^\d{1,15}$/.test(id)) parameters.reject('"id" must be an integer')
  const present = presenter(stream, parameters, context)
  const found = context.store.lookup(stream.name, id)
  const { deletedById } = context.switches
  if (found === undefined) return notFound('Entity was not found')
  if (!found.isListed && deletedById === 'gone') return gone('Entity was deleted')
  if (!found.isListed && deletedById === 'absent') return notFound('Entity was not found')
  return { status: 200, body: { success: true, data: present(found.row) } }
}
