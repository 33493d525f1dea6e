import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import type { Readable } from 'node:stream'
import { build } from 'esbuild'
import type { ServerOptions, ServerUsage } from './server.js'

const FOLDER = 'build/bench'
const BUNDLES = { server: `${FOLDER}/server.mjs`, bareLoop: `${FOLDER}/bare-loop.mjs` } as const
const CONNECTOR = 'dist/main.js'
/** Of the image, in a container of 512 MB. */
const NODE_FLAGS = ['--max-old-space-size=307', '--max-semi-space-size=16']

export interface Measured {
  readonly wallMs: number
  readonly cpuMs: number
  readonly peakMB: number
  /** What the process has written, where that was asked for. */
  readonly output: string
}

/** As the connector itself: bundled, without a compiler in the process. */
export async function buildBundles(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true })
  await build({
    entryPoints: { server: 'bench/read/server.ts', 'bare-loop': 'bench/read/bare-loop.ts' },
    outdir: FOLDER,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
  })
}

export class BenchServer {
  private constructor(
    private readonly child: ReturnType<typeof spawn>,
    readonly address: string,
  ) {}

  static async start(options: ServerOptions): Promise<BenchServer> {
    const child = spawn(process.execPath, [BUNDLES.server, JSON.stringify(options)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [address] = (await once(child.stdout, 'data')) as [Buffer]
    return new BenchServer(child, address.toString().trim())
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

export interface ConnectorOptions {
  readonly output?: 'keep' | 'drop'
  readonly state?: readonly unknown[]
  /** The schema of deals in the catalog, with the columns of custom fields. */
  readonly schema?: object
  readonly customFields?: 'columns' | 'raw'
}

/** `spec`, or `check`, `discover` and `read` of the server's deals, on from the state. */
export function runConnector(
  command: 'spec' | 'check' | 'discover' | 'read',
  server?: BenchServer,
  { output = 'drop', state = [], schema = {}, customFields = 'raw' }: ConnectorOptions = {},
): Promise<Measured> {
  if (!server) return run([CONNECTOR, command], output)
  const config = {
    credentials: { auth_type: 'api_token', api_token: 'a1b2c3d4e5'.repeat(4) },
    base_url: server.address,
    custom_fields: customFields,
  }
  const files = { config, catalog: catalogOf(schema), state }
  const args = Object.entries(files).flatMap(([name, content]) => {
    writeFileSync(`${FOLDER}/${name}.json`, JSON.stringify(content))
    const isWanted = name === 'config' || (command === 'read' && (name === 'catalog' || state.length > 0))
    return isWanted ? [`--${name}`, `${FOLDER}/${name}.json`] : []
  })
  return run([CONNECTOR, command, ...args], output)
}

function catalogOf(json_schema: object): object {
  const stream = { name: 'deals', json_schema, supported_sync_modes: ['full_refresh', 'incremental'] }
  return { streams: [{ stream, sync_mode: 'incremental', destination_sync_mode: 'append_dedup' }] }
}

/** The schema of deals in the output of `discover`. */
export function schemaIn(output: string): object {
  const catalogs = output.split('\n').filter((line) => line.startsWith('{"type":"CATALOG"'))
  const { catalog } = JSON.parse(catalogs[0] ?? '{}') as {
    catalog?: { streams: { name: string; json_schema: object }[] }
  }
  const deals = catalog?.streams.find(({ name }) => name === 'deals')
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
