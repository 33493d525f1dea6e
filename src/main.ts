#!/usr/bin/env node
import { ConnectorError } from './airbyte/errors.js'
import { runCli } from './cli.js'

/** A reader that does not read is not waited for any longer than this. */
const GRACE_MS = 5_000

/** What a shell reports for a program that writes to a closed pipe: 128 + SIGPIPE. */
const READER_GONE = 141

const end = new AbortController()
let interruptedBy: NodeJS.Signals | undefined

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    interruptedBy = signal
    const message = `The run was stopped by ${signal}. The next one goes on from the last state.`
    end.abort(new ConnectorError(message, { failureType: 'transient_error' }))
    setTimeout(leave, GRACE_MS).unref()
  })
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Nobody reads any more: there is nobody to tell. Anything else (a full disk) has to be told another way.
  if (error.code !== 'EPIPE')
    process.stderr.write(`src-pipedrive: the output cannot be written: ${error.message}\n`)
  process.exitCode = error.code === 'EPIPE' ? READER_GONE : 1
  end.abort(error)
})

/** Dies of the signal, so that the parent sees it; as PID 1 of a container that has no effect, the exit code stands. */
function leave(): void {
  if (interruptedBy === undefined) return
  process.exitCode = interruptedBy === 'SIGTERM' ? 143 : 130
  process.kill(process.pid, interruptedBy)
  if (process.pid === 1) process.exit()
}

const { argv, env, stdout, stderr } = process
try {
  process.exitCode = await runCli(argv.slice(2), { stdout, stderr, env, signal: end.signal })
} catch (error) {
  if (!end.signal.aborted) throw error
}
leave()
