import { makeRandomChanges, type Change } from './random-changes.js'
import type { Row } from './row.js'
import type { Sandbox } from './sandbox.js'
import { streams } from './streams.js'

/** What a script may ask for: all parts optional. */
interface ChangesRequest {
  readonly edits?: readonly { stream: string; id: string | number; changes: Row }[]
  readonly creates?: readonly { stream: string; data?: Row }[]
  readonly removes?: readonly { stream: string; id: string | number; hard?: boolean }[]
  readonly random?: number
}

/** Routes of the sandbox itself, under /_sandbox, outside the simulated API. */
export async function answerAdmin(sandbox: Sandbox, request: Request): Promise<Response> {
  const route = `${request.method} ${new URL(request.url).pathname}`
  switch (route) {
    case 'GET /_sandbox/ledger':
      return Response.json({
        streams: sandbox.ledger.byStream(),
        requests: sandbox.ledger.entries.length,
        busiestWindow: sandbox.ledger.busiestWindow(),
      })
    case 'DELETE /_sandbox/ledger':
      sandbox.ledger.clear()
      return new Response(null, { status: 204 })
    case 'GET /_sandbox/rows':
      return Response.json(
        Object.fromEntries(Object.keys(streams).map((stream) => [stream, sandbox.rows(stream).length])),
      )
    case 'POST /_sandbox/changes':
      return changeRows(sandbox, request)
    default:
      return Response.json({ error: `No ${route}` }, { status: 404 })
  }
}

async function changeRows(sandbox: Sandbox, request: Request): Promise<Response> {
  try {
    const { edits = [], creates = [], removes = [], random = 0 } = (await request.json()) as ChangesRequest
    const changed: Change[] = [
      ...edits.map(({ stream, id, changes }) => ({ stream, row: sandbox.edit(stream, id, changes) })),
      ...creates.map(({ stream, data }) => ({ stream, row: sandbox.create(stream, data) })),
      ...makeRandomChanges(sandbox, random),
    ]
    for (const { stream, id, hard = false } of removes) sandbox.remove(stream, id, { hard })
    return Response.json({ changed, removed: removes })
  } catch (error) {
    return Response.json({ error: error instanceof Error ? error.message : String(error) }, { status: 400 })
  }
}
