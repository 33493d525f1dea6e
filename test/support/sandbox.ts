import { afterAll, afterEach, beforeAll } from '@jest/globals'
import { setupServer } from 'msw/node'
import { createSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/sandbox.js'

/** Pipedrive's hosts, answered by a sandbox in this process; everything else fails the test. */
export function pipedriveServer(): { open: (options?: SandboxOptions) => Sandbox } {
  const server = setupServer()
  beforeAll(() => {
    server.listen({ onUnhandledRequest: 'error' })
  })
  afterEach(() => {
    server.resetHandlers()
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
  }
}
