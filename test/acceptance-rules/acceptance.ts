import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll } from '@jest/globals'
import { parse } from 'yaml'
import { everyFeature } from '../../sandbox/features.js'
import { createSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/sandbox.js'
import { serve, type Served } from '../../sandbox/serve.js'
import { file } from '../support/connector.js'
import type { Output } from '../support/output.js'
import { Connector } from '../support/process.js'

const root = join(import.meta.dirname, '../..')
const text = (path: string) => readFileSync(join(root, path), 'utf8')

export interface AcceptanceConfig {
  connector_image: string
  acceptance_tests: Record<string, { tests: AcceptanceEntry[] }>
}

export interface AcceptanceEntry {
  spec_path?: string
  config_path: string
  configured_catalog_path?: string
  status?: 'succeed' | 'failed'
  future_state?: {
    future_state_path: string
    missing_streams: { name: string; bypass_reason: string }[]
    cursor_format: { format: string }
  }
}

export interface ConfiguredStream {
  stream: {
    name: string
    supported_sync_modes: string[]
    source_defined_primary_key: string[][]
    default_cursor_field?: string[]
  }
  sync_mode: string
  primary_key?: string[][]
  cursor_field?: string[]
}

export const acceptanceConfig = parse(text('acceptance-test-config.yml')) as AcceptanceConfig

/** The one entry of a section that reads. */
export function entryOf(section: string): AcceptanceEntry {
  const [entry] = acceptanceConfig.acceptance_tests[section]?.tests ?? []
  if (!entry) throw new Error(`acceptance-test-config.yml has no tests under ${section}`)
  return entry
}

export const jsonAt = (path: string) => JSON.parse(text(path)) as unknown

export function catalogOf(entry: AcceptanceEntry): { streams: ConfiguredStream[] } {
  return jsonAt(entry.configured_catalog_path ?? '') as { streams: ConfiguredStream[] }
}

/** The same streams in full refresh, or those that can be read incrementally. */
export const inFullRefresh = ({ streams }: { streams: ConfiguredStream[] }) => ({
  streams: streams.map((configured) => ({ ...configured, sync_mode: 'full_refresh' })),
})
export const incrementalOnly = ({ streams }: { streams: ConfiguredStream[] }) => ({
  streams: streams.filter(({ sync_mode }) => sync_mode === 'incremental'),
})

interface Files {
  config?: string
  catalog?: object
  state?: unknown
}

/** Few enough for a sync to take some seconds: most streams cost a request per parent. */
const DEALS = 12

/**
 * Airbyte's Connector Acceptance Tests run an image by acceptance-test-config.yml; these keep their rules for the built
 * command, by the same file.
 */
export function acceptanceAccount(options: SandboxOptions = {}) {
  const { credentials } = jsonAt('test/acceptance/config.json') as { credentials: { api_token: string } }
  const account: { sandbox: Sandbox; served?: Served } = { sandbox: open() }
  beforeAll(async () => {
    account.served = await serve(account.sandbox)
  })
  afterAll(() => account.served?.close())

  function open(): Sandbox {
    const switches = { ...options.switches, ...everyFeature }
    return createSandbox({ deals: DEALS, ...options, switches, apiToken: credentials.api_token })
  }

  /** Runs a command to its end, with files as the platform hands them over. */
  async function run(command: string, { config, catalog, state }: Files = {}): Promise<Output> {
    const base_url = account.served?.url
    const argv = [
      command,
      ...(config === undefined
        ? []
        : ['--config', file({ ...(jsonAt(config) as object), base_url, plan: 'ultimate' })]),
      ...(catalog === undefined ? [] : ['--catalog', file(catalog)]),
      ...(state === undefined ? [] : ['--state', file(state)]),
    ]
    const connector = new Connector(argv)
    await connector.end()
    return connector.output()
  }
  return { sandbox: account.sandbox, run }
}
