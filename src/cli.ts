import { addAbortSignal, type Readable, type Writable } from 'node:stream'
import { redirectConsole } from './airbyte/console.js'
import { errorTrace, toConnectorError } from './airbyte/errors.js'
import { log } from './airbyte/messages.js'
import { Redactor } from './airbyte/redaction.js'
import { Writer } from './airbyte/writer.js'
import { suggestions } from './common/did-you-mean.js'
import { parseCommandLine, type ParsedCommandLine } from './command-line.js'
import type { CommandContext, ExitCode } from './commands/context.js'
import { Screen } from './commands/terminal/screen.js'
import { secretsInProxies } from './config/secrets.js'

export interface CliOptions {
  stdout: Writable
  stderr: Writable
  /** Opens the standard input. */
  stdin: () => Readable
  env: Readonly<Record<string, string | undefined>>
  /** Ends the command early. */
  signal: AbortSignal
}

/**
 * Runs one command line and resolves to its exit code when everything is written. Every failure is reported as a
 * message of the protocol; the promise rejects only if the signal ends the run, or the reader closes stdout.
 */
export async function runCli(argv: readonly string[], options: CliOptions): Promise<ExitCode> {
  const { stdout, stderr, stdin, env, signal } = options
  const debug = env.LOG_LEVEL?.toLowerCase() === 'debug'
  const redactor = new Redactor()
  redactor.hide(secretsInProxies(env))
  let screen =
    isTerminal(stderr) && !isTerminal(stdout) ? new Screen(stderr, { animated: isAnimated(env) }) : undefined
  const answers = new Writer(stdout, { debug, redactor, asText: isTerminal(stdout), audience: screen })
  let writer = answers
  try {
    const parsed = await parseCommandLine(argv)
    if (!parsed) return 0
    // The answer is usually redirected into a file, where logs and errors would damage it.
    if (parsed.answersInText) writer = new Writer(stderr, { debug, redactor, asText: isTerminal(stderr) })
    if (parsed.progress && !screen) {
      screen = new Screen(stderr, { animated: false })
      writer = new Writer(stdout, { debug, redactor, asText: isTerminal(stdout), audience: screen })
    }
    if (parsed.debug) writer.showDebugLogs()
    if (parsed.logTime) writer.showLogTimes()
    return await run(parsed, {
      writer,
      print: (text) => answers.print(text),
      printJson: (value) => answers.printJson(value),
      expectStreams: (count) => screen?.expect(count),
      stdin: () => addAbortSignal(signal, stdin()),
      width: widthOf(stdout),
      signal,
      platform: !parsed.answersInText,
      env,
    })
  } catch (error) {
    signal.throwIfAborted()
    await writer.write(errorTrace(toConnectorError(error)))
    return 1
  } finally {
    screen?.close()
    await writer.flush()
    if (writer !== answers) await answers.flush()
  }
}

function isTerminal(stream: Writable): boolean {
  return 'isTTY' in stream && stream.isTTY === true
}

/** Terminals of editors, and logs of build servers, cannot move their cursor. */
function isAnimated({ TERM, CI }: CliOptions['env']): boolean {
  return TERM !== 'dumb' && CI === undefined
}

/** What most terminals have, and what tables in files and mails can have. */
const COLUMNS = 80

function widthOf(stream: Writable): number {
  return 'columns' in stream && typeof stream.columns === 'number' ? stream.columns : COLUMNS
}

async function run(
  { command, unknownFlags, knownFlags }: ParsedCommandLine,
  context: CommandContext,
): Promise<ExitCode> {
  redirectConsole(context.writer)
  if (unknownFlags.length > 0) {
    const flags = unknownFlags.map((flag) => `--${flag}`)
    const hints = suggestions(flags, knownFlags)
    await context.writer.write(log('WARN', `Unknown flags are ignored: ${flags.join(', ')}.${hints}`))
  }
  return command(context)
}
