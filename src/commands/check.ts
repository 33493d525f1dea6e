import { log } from '../airbyte/messages.js'
import { manifest } from '../manifest/manifest.js'
import type { StreamSpec } from '../manifest/stream.js'
import type { Client } from '../pipedrive/client.js'
import { ApiError } from '../pipedrive/http/api-error.js'
import { readAccount, type Account } from '../sync/account.js'
import { explain } from '../sync/error-messages.js'
import { openClient, readSettings, type CommandContext, type ExitCode } from './command.js'

/** The platform waits nine minutes; a person in front of a form does not. */
const CHECK_LIMITS = { attemptTimeoutMs: 10_000, totalTimeoutMs: 30_000 }

/** After this nothing new is sent: with the last attempt's time the answer comes within a minute. */
const GIVE_UP_MS = 40_000

/** Whether the config works. A mistake of the user is a FAILED with exit 0; anything else is an error and exit 1. */
export async function runCheck(args: { config: string }, context: CommandContext): Promise<ExitCode> {
  const { writer } = context
  try {
    const settings = await readSettings(args.config, context)
    const client = openClient(settings, context, CHECK_LIMITS)
    const { account, scopes } = await inTime(client, () => connect(client))
    await writer.write(log('INFO', `Connected to ${account.companyName} as ${account.userName}.`))
    for (const warning of [...visibility(account), ...missingScopes(manifest, scopes)])
      await writer.write(log('WARN', warning))
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

/** With OAuth, a new access token: that proves the refresh token good, and tells the scopes. */
async function connect(client: Client): Promise<{ account: Account; scopes: readonly string[] | undefined }> {
  const scopes = await client.authorize()
  return { account: await readAccount(client), scopes }
}

async function inTime<T>(client: Client, work: () => Promise<T>): Promise<T> {
  const timer = setTimeout(() => {
    client.halt(new ApiError({ kind: 'timeout' }, 'check'))
  }, GIVE_UP_MS)
  try {
    return await work()
  } finally {
    clearTimeout(timer)
  }
}

function visibility({ userName, viewer }: Account): string[] {
  if (viewer.admin) return []
  return [
    `${userName} is no admin in Pipedrive: only what ${userName} may see is read, without a word on the rest. For complete data, connect as an admin.`,
  ]
}

/** What the connection cannot read, and what to ask for. API tokens have no scopes. */
function missingScopes(streams: readonly StreamSpec[], granted: readonly string[] | undefined): string[] {
  if (!granted) return []
  const closed = streams.flatMap((stream) => {
    // Children are read along with their parents.
    const parents = stream.strategy.kind === 'children' ? stream.strategy.of : []
    const lists = [stream, ...streams.filter(({ name }) => parents.includes(name))]
    const missing = lists.filter(({ scopes }) => !scopes.some((scope) => granted.includes(scope)))
    const needed = new Set(missing.map(({ scopes }) => scopes[0]))
    return needed.size > 0 ? [`${stream.name} (${[...needed].join(', ')})`] : []
  })
  if (closed.length === 0) return []
  return [
    `For lack of a scope these streams cannot be read: ${closed.join(', ')}. Add the scopes in brackets to the app in Pipedrive's Developer Hub and connect again, or leave the streams out.`,
  ]
}
