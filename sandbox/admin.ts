import { makeRandomChanges, type Change } from './random-changes.js'
import type { Row } from './row.js'
import type { Sandbox } from './sandbox.js'
import { streams } from './registry.js'

/** The body of POST /_sandbox/changes. */
interface ChangesRequest {
  readonly edits?: readonly { stream: string; id: string | number; changes: Row }[]
  readonly creates?: readonly { stream: string; data?: Row }[]
  readonly removes?: readonly { stream: string; id: string | number; hard?: boolean }[]
  readonly archives?: readonly { stream: 'deals' | 'leads'; id: string | number }[]
  readonly random?: number
}

/** Routes of the sandbox itself, under /_sandbox, outside the simulated API. */
export async function respondAdmin(sandbox: Sandbox, request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url)
  const route = `${request.method} ${pathname}`
  const asked = { deleted: searchParams.has('deleted'), includeFields: searchParams.has('include') }
  const truth = (stream: string) => sandbox.rows(stream, asked)
  const listed = /^GET \/_sandbox\/rows\/(\w+)$/.exec(route)?.[1]
  if (listed !== undefined && streams.has(listed)) return Response.json(truth(listed))
  switch (route) {
    case 'GET /_sandbox/ledger':
      return Response.json({
        streams: sandbox.ledger.byStream(),
        requests: sandbox.ledger.entries.length,
        statuses: sandbox.ledger.byStatus(),
        strays: sandbox.ledger.strays,
        busiestWindow: sandbox.ledger.busiestWindow(),
      })
    case 'DELETE /_sandbox/ledger':
      sandbox.ledger.clear()
      return new Response(null, { status: 204 })
    case 'GET /_sandbox/rows':
      return Response.json(
        Object.fromEntries([...streams.keys()].map((stream) => [stream, truth(stream).length])),
      )
    case 'POST /_sandbox/changes':
      return changeRows(sandbox, request)
    default:
      return Response.json({ error: `No ${route}` }, { status: 404 })
  }
}

async function changeRows(sandbox: Sandbox, request: Request): Promise<Response> {
  try {
    const asked = (await request.json()) as ChangesRequest
    const { edits = [], creates = [], removes = [], archives = [], random = 0 } = asked
    const changed: Change[] = [
      ...edits.map(({ stream, id, changes }) => ({ stream, row: sandbox.edit(stream, id, changes) })),
      ...creates.map(({ stream, data }) => ({ stream, row: sandbox.create(stream, data) })),
      ...makeRandomChanges(sandbox, random),
    ]
    for (const { stream, id, hard = false } of removes) sandbox.remove(stream, id, { hard })
    for (const { stream, id } of archives) sandbox.archive(stream, id)
    return Response.json({ changed, removed: removes, archived: archives })
  } catch (error) {
    return Response.json({ error: error instanceof Error ? error.message : String(error) }, { status: 400 })
  }
}
