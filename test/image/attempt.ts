import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, existsSync, readFileSync, writeFileSync, type ReadStream } from 'node:fs'
import { join } from 'node:path'
import { Output } from '../support/output.js'
import { containerName, IMAGE, KNOWS_HOST, RESTRICTED, sharedFolder } from './docker.js'

export interface AttemptOptions {
  config: unknown
  catalog: unknown
  state?: unknown
  memory?: string
}

/** The platform looks every ten seconds. */
const LOOKS_EVERY_S = 0.2

/**
 * A read as the platform's orchestrator runs it: a shell around the connector, whose output goes into named pipes in
 * the working directory; the orchestrator reads them, and ends the run by closing them and leaving a file.
 */
export class Attempt {
  private static readonly running = new Set<Attempt>()
  stdout = ''
  stderr = ''
  readonly name = containerName()
  readonly reader: ReadStream
  private readonly folder = sharedFolder()
  private readonly container: ChildProcess
  private readonly ended: Promise<unknown>

  constructor({ config, catalog, state, memory = '2g' }: AttemptOptions) {
    this.give('connectorConfig.json', config)
    this.give('catalog.json', catalog)
    if (state !== undefined) this.give('inputState.json', state)
    execFileSync('mkfifo', ['-m', '666', this.path('stdout'), this.path('stderr')])
    const files = `--config /source/connectorConfig.json --catalog /source/catalog.json`
    const script = wrapped(`read ${files}${state === undefined ? '' : ' --state /source/inputState.json'}`)
    const limits = [...RESTRICTED, ...KNOWS_HOST, '--memory', memory, '--memory-swap', memory]
    const place = ['--volume', `${this.folder}:/source`, '--workdir', '/source', '--entrypoint', 'sh']
    const args = ['run', '--rm', '--name', this.name, ...limits, ...place, IMAGE, '-c', script]
    this.container = spawn('docker', args, { stdio: ['ignore', 'ignore', 'inherit'] })
    this.reader = createReadStream(this.path('stdout'), 'utf8')
    this.reader.on('data', (text) => (this.stdout += String(text)))
    const errors = createReadStream(this.path('stderr'), 'utf8')
    errors.on('data', (text) => (this.stderr += String(text)))
    this.ended = Promise.all([
      once(this.container, 'close'),
      once(this.reader, 'close'),
      once(errors, 'close'),
    ]).finally(() => Attempt.running.delete(this))
    Attempt.running.add(this)
  }

  /** Those that a failed test has left behind: they would keep the test run from ending. */
  static stopAll(): void {
    for (const attempt of Attempt.running) attempt.terminate()
  }

  /** Resolves when the output holds the text. */
  async until(text: RegExp): Promise<void> {
    while (!text.test(this.stdout)) await once(this.reader, 'data')
  }

  /** What a cancelled sync comes to. */
  terminate(): void {
    this.reader.destroy()
    writeFileSync(this.path('TERMINATED'), '')
  }

  /** What the shell wrote down for the orchestrator, if it came to that. */
  async end(): Promise<number | undefined> {
    await this.ended
    return existsSync(this.path('exitCode.txt')) ? Number(this.read('exitCode.txt')) : undefined
  }

  /** Of the whole container, what the system caches for it included; in MiB. */
  get memoryPeak(): number {
    return Math.round(Number(this.read('memoryPeak.txt')) / 2 ** 20)
  }

  /** Whole lines only: the last one may have been on its way. */
  output(): Output {
    const lines = this.stdout.slice(0, this.stdout.lastIndexOf('\n') + 1)
    return new Output(lines, existsSync(this.path('exitCode.txt')) ? Number(this.read('exitCode.txt')) : -1)
  }

  private give(name: string, content: unknown): void {
    writeFileSync(this.path(name), JSON.stringify(content), { mode: 0o444 })
  }

  private read(name: string): string {
    return readFileSync(this.path(name), 'utf8').trim()
  }

  private path(name: string): string {
    return join(this.folder, name)
  }
}

function wrapped(command: string): string {
  return `
    exec 2> /dev/null
    (eval "$AIRBYTE_ENTRYPOINT ${command}" 2> stderr > stdout) &
    connector=$!
    (while [ ! -f TERMINATED ]; do sleep ${LOOKS_EVERY_S}; done; kill $connector) &
    wait $connector
    echo $? > exitCode.txt
    cat /sys/fs/cgroup/memory.peak > memoryPeak.txt \\
      || cat /sys/fs/cgroup/memory/memory.max_usage_in_bytes > memoryPeak.txt
    exit $(cat exitCode.txt)`
}
