import { afterAll, afterEach, beforeAll } from '@jest/globals'
import type { RequestHandler } from 'msw'
import { setupServer } from 'msw/node'
import { createSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/sandbox.js'

export interface PipedriveServer {
  open: (options?: SandboxOptions) => Sandbox
  /** Other addresses, answered as the handlers say. */
  use: (...handlers: RequestHandler[]) => void
  /** What the test at hand has sent so far, wherever to: hosts and headers, which the ledger does not have. */
  readonly sent: readonly Request[]
  /** Called with each request before it is answered, until the test is over. */
  watch: (see: (request: Request) => void) => void
}

/** Pipedrive's hosts, answered by a sandbox in this process; everything else fails the test. */
export function pipedriveServer(): PipedriveServer {
  const server = setupServer()
  const sent: Request[] = []
  let watching: ((request: Request) => void)[] = []
  beforeAll(() => {
    server.listen({ onUnhandledRequest: 'error' })
    server.events.on('request:start', ({ request }) => {
      sent.push(request)
      for (const see of watching) see(request)
    })
  })
  afterEach(() => {
    server.resetHandlers()
    sent.length = 0
    watching = []
  })
  afterAll(() => {
    server.close()
  })
  return {
    open: (options) => {
      const sandbox = createSandbox(options)
      server.use(...sandbox.handlers)
      return sandbox
    },
    use: (...handlers) => {
      server.use(...handlers)
    },
    sent,
    watch: (see) => void watching.push(see),
  }
}
