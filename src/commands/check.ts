import { log } from '../airbyte/messages.js'
import { readable, singleLine } from '../airbyte/readable.js'
import { isCompared } from '../manifest/compared.js'
import { manifest } from '../manifest/manifest.js'
import type { Client } from '../pipedrive/client.js'
import { ApiError } from '../pipedrive/http/api-error.js'
import { readAccount, type Account } from '../pipedrive/account.js'
import { toUserError } from '../sync/error-messages.js'
import type { CommandContext, ExitCode } from './context.js'
import { loadConfig } from './load-config.js'
import { openClient } from './open-client.js'
import { missingFeatures, missingScopes, readabilityLine, type Obstacle } from './readable-streams.js'

/** The platform waits nine minutes, but a person who fills in the form expects an answer within one. */
const CHECK_LIMITS = { attemptTimeoutMs: 10_000, totalTimeoutMs: 30_000 }

/** No request is sent after this time; with one last attempt the answer comes within a minute. */
const GIVE_UP_MS = 40_000

/**
 * Tests the config. A user's mistake is reported as FAILED with exit code 0, everything else as an error with exit
 * code 1. For scripts, `exitCode` makes FAILED exit code 1 too.
 */
export async function runCheck(
  args: { config: string; exitCode: boolean },
  context: CommandContext,
): Promise<ExitCode> {
  const { writer } = context
  try {
    const settings = await loadConfig(args.config, context)
    const client = openClient(settings, context, CHECK_LIMITS)
    const { account, unauthorized, unavailable } = await withTimeLimit(client, () => connect(client))
    await writer.write(
      log('INFO', `Connected to ${readable(account.companyName)} as ${readable(account.userName)}.`),
    )
    for (const warning of [...visibilityWarnings(account), ...scopeWarnings(unauthorized)])
      await writer.write(log('WARN', warning))
    const obstacles = [...unauthorized, ...unavailable]
    await writer.write(log('INFO', verificationLine(account, obstacles, settings.verificationShare)))
    await writer.write(log('INFO', readabilityLine(manifest, obstacles)))
    await writer.write({ type: 'CONNECTION_STATUS', connectionStatus: { status: 'SUCCEEDED' } })
  } catch (thrown) {
    context.signal.throwIfAborted()
    const error = toUserError(thrown)
    if (error.failureType !== 'config_error') throw error
    const message = singleLine(error.message)
    await writer.write({ type: 'CONNECTION_STATUS', connectionStatus: { status: 'FAILED', message } })
    return args.exitCode ? 1 : 0
  }
  return 0
}

/** With OAuth, requests a new access token first: this proves that the refresh token works, and returns the scopes. */
async function connect(client: Client): Promise<Connection> {
  const unauthorized = missingScopes(manifest, await client.authorize())
  const account = await readAccount(client)
  const authorized = manifest.filter(({ name }) => !unauthorized.some(({ stream }) => stream === name))
  return { account, unauthorized, unavailable: await missingFeatures(authorized, client) }
}

interface Connection {
  account: Account
  unauthorized: readonly Obstacle[]
  unavailable: readonly Obstacle[]
}

async function withTimeLimit<T>(client: Client, work: () => Promise<T>): Promise<T> {
  const timer = setTimeout(() => {
    client.halt(new ApiError({ kind: 'timeout' }, 'check'))
  }, GIVE_UP_MS)
  try {
    return await work()
  } finally {
    clearTimeout(timer)
  }
}

function visibilityWarnings({ userName, tokenOwner }: Account): string[] {
  if (tokenOwner.admin) return []
  const user = readable(userName)
  return [
    `${user} is not a Pipedrive admin: records hidden from ${user} are missing without an error, and no record is reported as deleted, because it may be hidden. For complete data, connect as an admin.`,
  ]
}

/** What each sync can prove with the rights of the token's owner. */
function verificationLine({ tokenOwner }: Account, obstacles: readonly Obstacle[], share: number): string {
  if (share === 0) return 'Records that were left out or deleted are not looked for: verification is 0.'
  const compared = manifest.filter((stream) => isCompared(stream) && !stream.isPersonal)
  const readable = compared.filter(({ name }) => !obstacles.some(({ stream }) => stream === name))
  const found = tokenOwner.admin
    ? 'Records that were left out, and records that were deleted, are found'
    : 'Records that were left out are found; deleted ones only with the token of an admin,'
  return `${found} in ${readable.length} of ${compared.length} streams.`
}

/** The streams that the connection cannot read, with the scopes to add. */
function scopeWarnings(unauthorized: readonly Obstacle[]): string[] {
  if (unauthorized.length === 0) return []
  const streams = unauthorized.map(({ stream, scopes }) => `${stream} (${scopes.join(', ')})`)
  return [
    `These streams cannot be read because a scope is missing: ${streams.join(', ')}. Add the scopes in brackets to the app in Pipedrive's Developer Hub and connect again, or deselect the streams.`,
  ]
}
