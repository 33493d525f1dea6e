import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { newFolder } from '../folder.js'
import { commandsOf, type Block } from './blocks.js'

/** Where the sandbox listens unless a command says otherwise. */
const PORT = 4010
/** What the sandbox prints once it listens and has written its config. */
const READY = /Config of the connector:\n\{.*\}\n(?:The config is in|$)/
const WAIT_MS = 100

export interface Outcome {
  /** As `page:line`. */
  readonly place: string
  readonly code: number | null
  /** stdout and stderr. */
  readonly output: string
}

/**
 * Runs the blocks of a page in a folder, in their order, as if they were typed: aliases and variables last until the
 * end of the page. A server runs until the next one starts or the page ends. Ends at the first block that fails;
 * throws when the page takes longer than `budgetMs`.
 */
export async function runPage(
  blocks: readonly Block[],
  folder: string,
  budgetMs: number,
): Promise<Outcome[]> {
  const deadline = Date.now() + budgetMs
  const outcomes: Outcome[] = []
  const shell = new Shell(folder)
  let server: Server | undefined
  try {
    for (const block of blocks) {
      const place = `${block.page}:${block.line}`
      if (block.runner !== 'server') outcomes.push({ place, ...(await shell.run(block.text, deadline)) })
      else
        for (const command of commandsOf(block)) {
          await server?.stop()
          server = await Server.start(command, folder, deadline)
          outcomes.push({ place, ...server.outcome() })
        }
      if (outcomes.some(({ code }) => code !== 0)) break
    }
  } finally {
    await server?.stop()
    shell.end()
  }
  return outcomes
}

/** Bash with aliases, as on a terminal; it ends at the first command that fails. */
class Shell {
  private readonly process: ChildProcess
  private output = ''
  private count = 0
  private readonly scripts = newFolder()

  constructor(cwd: string) {
    const flags = ['-O', 'expand_aliases', '-e', '-o', 'pipefail', '-s']
    this.process = spawn('bash', flags, { cwd, stdio: 'pipe', detached: true })
    for (const stream of [this.process.stdout, this.process.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text))
  }

  async run(text: string, deadline: number): Promise<Omit<Outcome, 'place'>> {
    this.count += 1
    const end = `end of block ${this.count}`
    const script = join(this.scripts, `${this.count}.sh`)
    writeFileSync(script, `${text}\n`)
    this.output = ''
    this.process.stdin?.write(`source ${script} </dev/null\necho; echo "${end}"\n`)
    await until(() => this.output.includes(end) || this.process.exitCode !== null, deadline, text)
    return { code: this.process.exitCode ?? 0, output: this.output.replace(`\n${end}\n`, '') }
  }

  /** Also ends a command that still runs. */
  end(): void {
    const { pid, exitCode } = this.process
    if (pid !== undefined && exitCode === null) process.kill(-pid, 'SIGTERM')
  }
}

/** A command that runs until it is stopped. */
class Server {
  private output = ''

  private constructor(private readonly process: ChildProcess) {
    for (const stream of [process.stdout, process.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text))
  }

  /** Returns when it is ready, or has ended. */
  static async start(command: string, cwd: string, deadline: number): Promise<Server> {
    await portIsFree(deadline)
    // A group of its own: npm does not pass signals on to what it runs.
    const server = new Server(spawn('bash', ['-c', command], { cwd, stdio: 'pipe', detached: true }))
    await until(() => READY.test(server.output) || server.process.exitCode !== null, deadline, command)
    return server
  }

  outcome(): Omit<Outcome, 'place'> {
    return { code: this.process.exitCode ?? 0, output: this.output }
  }

  async stop(): Promise<void> {
    const { pid, exitCode } = this.process
    if (exitCode !== null || pid === undefined) return
    const closed = once(this.process, 'close')
    process.kill(-pid, 'SIGTERM')
    await closed
  }
}

/** Another test run on this machine may hold it. */
async function portIsFree(deadline: number): Promise<void> {
  while (await answers(PORT)) {
    if (Date.now() > deadline) throw new Error(`Another process listens on port ${PORT} of this machine.`)
    await sleep(WAIT_MS * 10)
  }
}

async function until(isDone: () => boolean, deadline: number, what: string): Promise<void> {
  while (!isDone()) {
    if (Date.now() > deadline) throw new Error(`The time for this page was over at: ${what}`)
    await sleep(WAIT_MS)
  }
}

function answers(port: number): Promise<boolean> {
  const socket = createConnection({ port, host: '127.0.0.1' })
  return new Promise((resolve) => {
    socket.once('connect', () => {
      resolve(true)
    })
    socket.once('error', () => {
      resolve(false)
    })
  }).finally(() => socket.destroy()) as Promise<boolean>
}
