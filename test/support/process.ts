import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Output } from './output.js'

const root = join(import.meta.dirname, '../..')
export const MAIN = join(root, 'dist/main.js')

/** The built command, started as a user does: the file itself, in a folder outside the project. */
export class Connector {
  stdout = ''
  stderr = ''
  readonly process
  private readonly closed: Promise<[number | null, NodeJS.Signals | null]>

  constructor(argv: readonly string[]) {
    this.process = spawn(MAIN, argv, { cwd: tmpdir(), stdio: ['ignore', 'pipe', 'pipe'] })
    this.closed = once(this.process, 'close') as Promise<[number | null, NodeJS.Signals | null]>
    this.process.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text))
    this.process.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text))
  }

  /** Resolves when the output matches. */
  async until(text: RegExp): Promise<void> {
    while (!text.test(this.stdout)) await once(this.process.stdout, 'data')
  }

  async end(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    const [code, signal] = await this.closed
    return { code, signal }
  }

  output(): Output {
    return new Output(this.stdout, this.process.exitCode ?? -1)
  }
}
