import { afterAll, afterEach, beforeAll } from '@jest/globals'
import type { RequestHandler } from 'msw'
import { setupServer } from 'msw/node'
import { createSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/sandbox.js'

export interface PipedriveServer {
  /** A sandbox behind Pipedrive's hosts, closed after the test. */
  open: (options?: SandboxOptions) => Sandbox
  /** Other addresses, served by the handlers. */
  use: (...handlers: RequestHandler[]) => void
  /** What the current test has sent so far, to any address: with hosts and headers, which the ledger lacks. */
  readonly sent: readonly Request[]
  /** Called with each request before it is served, until the test ends. */
  watch: (see: (request: Request) => void) => void
}

/** Pipedrive's hosts, served by a sandbox in this process; requests to other addresses fail. */
export function pipedriveServer(): PipedriveServer {
  const server = setupServer()
  const sent: Request[] = []
  const opened: Sandbox[] = []
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
    for (const sandbox of opened.splice(0)) sandbox.close()
    sent.length = 0
    watching = []
  })
  afterAll(() => {
    server.close()
  })
  return {
    open: (options) => {
      const sandbox = createSandbox(options)
      opened.push(sandbox)
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
