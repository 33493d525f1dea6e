import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import type { Readable } from 'node:stream'
import { bundle, NODE_FLAGS } from '../bundle.js'
import type { ServerOptions, ServerUsage } from './server.js'

const FOLDER = 'build/bench'
const BUNDLES = {
  server: `${FOLDER}/server.mjs`,
  bareLoop: `${FOLDER}/bare-loop.mjs`,
  sandbox: `${FOLDER}/sandbox.mjs`,
} as const
const API_TOKEN = 'a1b2c3d4e5'.repeat(4)
const CONNECTOR = 'dist/main.js'

export interface Measured {
  readonly wallMs: number
  readonly cpuMs: number
  readonly peakMB: number
  /** What the process has written, where that was asked for. */
  readonly output: string
}

export async function buildBundles(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true })
  await bundle({
    entryPoints: {
      server: 'bench/read/server.ts',
      'bare-loop': 'bench/read/bare-loop.ts',
      sandbox: 'sandbox/main.ts',
    },
    outdir: FOLDER,
    outExtension: { '.js': '.mjs' },
  })
}

export class BenchServer {
  private constructor(
    private readonly child: ReturnType<typeof spawn>,
    readonly address: string,
  ) {}

  static start(options: ServerOptions): Promise<BenchServer> {
    return BenchServer.spawn([BUNDLES.server, JSON.stringify(options)])
  }

  /** The sandbox: all streams of a company on the highest plan, with all features. */
  static startSandbox(deals: number, latencyMs: number): Promise<BenchServer> {
    const options = { port: 0, token: API_TOKEN, deals, latency: latencyMs, plan: 'ultimate' }
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])
    return BenchServer.spawn([BUNDLES.sandbox, ...args, '--features'])
  }

  private static async spawn(args: readonly string[]): Promise<BenchServer> {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    const [written] = (await once(child.stdout, 'data')) as [Buffer]
    return new BenchServer(child, /http:\S+/.exec(written.toString())?.[0] ?? '')
  }

  /** What it has served since the last call. */
  async usage(): Promise<ServerUsage> {
    const response = await fetch(`${this.address}/usage`)
    return (await response.json()) as ServerUsage
  }

  stop(): void {
    this.child.kill()
  }
}

export function runBareLoop(server: BenchServer): Promise<Measured> {
  return run([BUNDLES.bareLoop, server.address], 'drop')
}

/** A stream as `discover` describes it. */
export interface DiscoveredStream {
  readonly name: string
  readonly json_schema: object
  readonly supported_sync_modes: readonly string[]
}

export interface ConnectorOptions {
  readonly output?: 'keep' | 'drop'
  readonly state?: readonly unknown[]
  /** The schema of deals in the catalog, with the columns of custom fields. */
  readonly schema?: object
  /** What to read instead of deals alone. */
  readonly streams?: readonly DiscoveredStream[]
  readonly customFields?: 'columns' | 'raw'
}

/** `spec`, or `check`, `discover` and `read` of the server's deals or of some streams, on from the state. */
export function runConnector(
  command: 'spec' | 'check' | 'discover' | 'read',
  server?: BenchServer,
  {
    output = 'drop',
    state = [],
    schema = {},
    streams = [dealsOf(schema)],
    customFields = 'raw',
  }: ConnectorOptions = {},
): Promise<Measured> {
  if (!server) return run([CONNECTOR, command], output)
  const config = {
    credentials: { auth_type: 'api_token', api_token: API_TOKEN },
    base_url: server.address,
    custom_fields: customFields,
  }
  const files = { config, catalog: catalogOf(streams), state }
  const args = Object.entries(files).flatMap(([name, content]) => {
    writeFileSync(`${FOLDER}/${name}.json`, JSON.stringify(content))
    const isWanted = name === 'config' || (command === 'read' && (name === 'catalog' || state.length > 0))
    return isWanted ? [`--${name}`, `${FOLDER}/${name}.json`] : []
  })
  return run([CONNECTOR, command, ...args], output)
}

function dealsOf(json_schema: object): DiscoveredStream {
  return { name: 'deals', json_schema, supported_sync_modes: ['full_refresh', 'incremental'] }
}

/** Incremental where the stream supports it. */
function catalogOf(streams: readonly DiscoveredStream[]): object {
  const modeOf = ({ supported_sync_modes: modes }: DiscoveredStream) =>
    modes.includes('incremental') ? 'incremental' : 'full_refresh'
  return {
    streams: streams.map((stream) => ({
      stream,
      sync_mode: modeOf(stream),
      destination_sync_mode: 'append_dedup',
    })),
  }
}

/** The streams in the output of `discover`. */
export function streamsIn(output: string): DiscoveredStream[] {
  const catalogs = output.split('\n').filter((line) => line.startsWith('{"type":"CATALOG"'))
  const { catalog } = JSON.parse(catalogs[0] ?? '{}') as { catalog?: { streams: DiscoveredStream[] } }
  return catalog?.streams ?? []
}

/** The schema of deals in the output of `discover`. */
export function schemaIn(output: string): object {
  const deals = streamsIn(output).find(({ name }) => name === 'deals')
  if (!deals) throw new Error('discover found no deals.')
  return deals.json_schema
}

/** Starts Node and does nothing. */
export function runNothing(): Promise<Measured> {
  writeFileSync(`${FOLDER}/nothing.mjs`, '')
  return run([`${FOLDER}/nothing.mjs`], 'drop')
}

async function run(args: readonly string[], output: 'keep' | 'drop'): Promise<Measured> {
  const usage = ['--import', './bench/read/report-usage.mjs']
  const began = performance.now()
  const child = spawn(process.execPath, [...NODE_FLAGS, ...usage, ...args], {
    stdio: ['ignore', output === 'keep' ? 'pipe' : 'ignore', 'inherit', 'pipe'],
  })
  const [written, used] = await Promise.all([
    child.stdout ? text(child.stdout) : '',
    text(child.stdio[3] as Readable),
    once(child, 'exit'),
  ])
  const wallMs = performance.now() - began
  if (child.exitCode !== 0) throw new Error(`${args.join(' ')} ended with ${child.exitCode}.`)
  return { wallMs, ...(JSON.parse(used) as { cpuMs: number; peakMB: number }), output: written }
}

/** The states in the output of a read, as the platform stores them. */
export function statesIn(output: string): unknown[] {
  const states = output
    .split('\n')
    .filter((line) => line.startsWith('{"type":"STATE"'))
    .map((line) => (JSON.parse(line) as { state: unknown }).state)
  return states.slice(-1)
}
