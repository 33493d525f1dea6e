import { everyFeature } from '../sandbox/features.js'
import { createSandbox, type Sandbox } from '../sandbox/sandbox.js'
import { serve } from '../sandbox/serve.js'
import config from '../test/acceptance/config.json' with { type: 'json' }
import { gateway } from './image.js'

export interface Company {
  readonly sandbox: Sandbox
  readonly url: string
  readonly close: () => Promise<void>
}

/** A simulated company without an empty stream. It accepts the token of the acceptance tests' config. */
export async function openCompany(): Promise<Company> {
  const sandbox = createSandbox({
    apiToken: config.credentials.api_token,
    switches: everyFeature,
  })
  return { sandbox, ...(await serve(sandbox, { host: gateway() })) }
}
