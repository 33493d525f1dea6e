import { log } from '../airbyte/messages.js'
import { readAccount } from '../sync/account.js'
import { explain } from '../sync/failure.js'
import { openClient, readSettings, type CommandContext, type ExitCode } from './command.js'

/** The platform waits nine minutes; a person in front of a form does not. */
const CHECK_LIMITS = { attemptTimeoutMs: 15_000, patienceMs: 40_000 }

/** Whether the config works. A mistake of the user is a FAILED with exit 0; anything else is an error and exit 1. */
export async function runCheck(args: { config: string }, context: CommandContext): Promise<ExitCode> {
  const { writer } = context
  try {
    const settings = await readSettings(args.config, context)
    const { userName, companyName } = await readAccount(openClient(settings, context, CHECK_LIMITS))
    await writer.write(log('INFO', `Connected to ${companyName} as ${userName}.`))
    await writer.write({ type: 'CONNECTION_STATUS', connectionStatus: { status: 'SUCCEEDED' } })
  } catch (thrown) {
    context.signal.throwIfAborted()
    const error = explain(thrown)
    if (error.failureType !== 'config_error') throw error
    const { message } = error
    await writer.write({ type: 'CONNECTION_STATUS', connectionStatus: { status: 'FAILED', message } })
  }
  return 0
}
