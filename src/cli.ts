import type { Writable } from 'node:stream'
import { redirectConsole } from './airbyte/console.js'
import { errorTrace, toConnectorError } from './airbyte/errors.js'
import { log } from './airbyte/messages.js'
import { Writer } from './airbyte/writer.js'
import { parseCommandLine, type ParsedCommandLine } from './command-line.js'
import type { CommandContext, ExitCode } from './commands/context.js'
import { secretsInProxies } from './config/secrets.js'

export interface CliOptions {
  stdout: Writable
  stderr: Writable
  env: Readonly<Record<string, string | undefined>>
  /** Ends the command early. */
  signal: AbortSignal
}

/**
 * Runs one command line and resolves to its exit code, everything written. Whatever goes wrong is told as a message of
 * the protocol; only an end from outside (the signal, a reader that went away) rejects.
 */
export async function runCli(argv: readonly string[], options: CliOptions): Promise<ExitCode> {
  const { stdout, stderr, env, signal } = options
  const debug = env.LOG_LEVEL?.toLowerCase() === 'debug'
  const discreet = (stream: Writable) => {
    const writer = new Writer(stream, { debug })
    writer.hide(secretsInProxies(env))
    return writer
  }
  let writer = discreet(stdout)
  try {
    const parsed = await parseCommandLine(argv)
    if (!parsed) return 0
    // The answer goes into a file, as a rule: what else there is to say must not end up in it.
    if (parsed.answersInText) writer = discreet(stderr)
    if (parsed.debug) writer.configure({ debug: true })
    return await run(parsed, {
      writer,
      print: (text) => new Writer(stdout).print(text),
      signal,
      platform: !parsed.answersInText,
    })
  } catch (error) {
    signal.throwIfAborted()
    await writer.write(errorTrace(toConnectorError(error)))
    return 1
  } finally {
    await writer.flush()
  }
}

async function run({ command, unknownFlags }: ParsedCommandLine, context: CommandContext): Promise<ExitCode> {
  redirectConsole(context.writer)
  if (unknownFlags.length > 0) {
    const flags = unknownFlags.map((flag) => `--${flag}`).join(', ')
    await context.writer.write(log('WARN', `Unknown flags are ignored: ${flags}.`))
  }
  return command(context)
}
