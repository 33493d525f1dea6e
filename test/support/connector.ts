import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { runCli } from '../../src/cli.js'
import type { Sandbox } from '../../sandbox/sandbox.js'
import { newFolder } from './folder.js'
import { Output } from './output.js'
import { untilTestEnds } from './test-end.js'

const folder = newFolder()
let files = 0

/** The path of a temporary file with a text, or another value as JSON. */
export function file(content: unknown): string {
  files += 1
  const path = join(folder, `${files}.json`)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

export function configOf(sandbox: Sandbox, more: object = {}): object {
  return { credentials: { auth_type: 'api_token', api_token: sandbox.apiToken }, plan: 'ultimate', ...more }
}

/** Runs a command line in this process, as main.ts does. */
export async function run(argv: string[], env: Record<string, string> = {}, input = ''): Promise<Output> {
  const { text, exitCode } = await runForText(argv, env, input)
  return new Output(text, exitCode)
}

/** The same for commands that print a text. `aside` is what they write to stderr. */
export async function runForText(argv: string[], env: Record<string, string> = {}, input = '') {
  const [stdout, stderr] = [new Captured(), new Captured()]
  const stdin = () => Readable.from([Buffer.from(input)])
  const consoleBefore = { ...console }
  const exitCode = await untilTestEnds((signal) => runCli(argv, { stdout, stderr, stdin, env, signal }))
  Object.assign(console, consoleBefore)
  return { text: stdout.text, aside: stderr.text, exitCode }
}

export interface ReadOptions {
  streams: readonly string[]
  mode?: 'incremental' | 'full_refresh'
  state?: unknown
  config?: object
  /** The streams as `discover` offers them, for catalogs with schemas. */
  offered?: readonly { name: string; json_schema: object }[]
}

/** Reads streams from a sandbox with a catalog file, as the platform does. */
export function read(
  sandbox: Sandbox,
  { streams, mode = 'incremental', state, config = {}, offered = [] }: ReadOptions,
): Promise<Output> {
  const schemaOf = (name: string) => offered.find((stream) => stream.name === name)?.json_schema ?? {}
  const catalog = {
    streams: streams.map((name) => ({ stream: { name, json_schema: schemaOf(name) }, sync_mode: mode })),
  }
  const argv = ['read', '--config', file(configOf(sandbox, config)), '--catalog', file(catalog)]
  return run(state === undefined ? argv : [...argv, '--state', file(state)])
}

/** Takes what is written at once, as the operating system does: the writer uses its buffers again. */
class Captured extends Writable {
  private readonly chunks: Buffer[] = []

  override _write(chunk: Buffer, _encoding: BufferEncoding, taken: () => void): void {
    this.chunks.push(Buffer.from(chunk))
    taken()
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString('utf8')
  }
}
