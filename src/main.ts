#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8'
import './working-directory.js'
import { ConnectorError } from './airbyte/errors.js'
import { runCli } from './cli.js'

/** How long a slow reader of stdout is waited for after a signal. */
const GRACE_MS = 5_000

/** As shells report them: 128 + the number of the signal. */
const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const
const EXIT_CODE_SIGPIPE = 141

type StopSignal = keyof typeof EXIT_CODES

/**
 * How far the heap may grow between two looks through the whole of it. By default, in a container of 512 MB, that is a
 * third, which eight pages fill. NODE_OPTIONS does not take this flag.
 */
setFlagsFromString('--heap-growing-percent=100')

const end = new AbortController()
let stoppedBy: StopSignal | undefined

for (const signal of Object.keys(EXIT_CODES) as StopSignal[]) {
  process.once(signal, () => {
    stoppedBy ??= signal
    const message = `The run was stopped by ${signal}. The next sync continues from the last state.`
    end.abort(new ConnectorError(message, { failureType: 'transient_error' }))
    setTimeout(leave, GRACE_MS).unref()
  })
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // After EPIPE there is no reader for a message. Another failure (a full disk) is reported on stderr.
  if (error.code !== 'EPIPE')
    process.stderr.write(`src-pipedrive: the output cannot be written: ${error.message}\n`)
  process.exitCode = error.code === 'EPIPE' ? EXIT_CODE_SIGPIPE : 1
  end.abort(error)
})

/**
 * Ends the process by the signal, so that the parent sees it. This has no effect on PID 1 of a container: there, the
 * exit code tells.
 */
function leave(): void {
  if (stoppedBy === undefined) return
  process.exitCode = EXIT_CODES[stoppedBy]
  process.kill(process.pid, stoppedBy)
  if (process.pid === 1) process.exit()
}

const { argv, env, stdout, stderr } = process
try {
  process.exitCode = await runCli(argv.slice(2), {
    stdout,
    stderr,
    stdin: () => process.stdin,
    env,
    signal: end.signal,
  })
} catch (error) {
  if (!end.signal.aborted) throw error
}
leave()
