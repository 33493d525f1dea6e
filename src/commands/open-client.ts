import { connectorConfig, log, type LogMessage } from '../airbyte/messages.js'
import { readable } from '../airbyte/readable.js'
import type { Settings } from '../config/settings.js'
import { withTokens } from '../config/with-tokens.js'
import type { Tokens } from '../pipedrive/auth/credentials.js'
import { Client, type ClientOptions } from '../pipedrive/client.js'
import type { CommandContext } from './context.js'

/** A client for the API. Its retries, rate limits and new tokens become messages of the command. */
export function openClient(
  settings: Settings,
  context: CommandContext,
  limits: Partial<ClientOptions> = {},
): Client {
  const { credentials, plan, burstShare, baseUrl } = settings
  return new Client({
    credentials,
    plan,
    burstShare,
    baseUrl,
    signal: context.signal,
    onRetry: (message) => {
      context.writer.post(log('INFO', readable(message)))
    },
    onLimit: (stated, assumed) => {
      context.writer.post(limitLog(stated, assumed, plan))
    },
    onTokens: storeTokens(settings, context),
    ...limits,
  })
}

const NEW_REFRESH_TOKEN =
  'Pipedrive issued a new refresh token, and this command does not print secrets. If Pipedrive refuses the one in the config from now on, connect again.'

/** Sends new tokens to the platform with the whole config. They have left the process before their first use. */
function storeTokens(settings: Settings, { writer, platform }: CommandContext) {
  let { config } = settings
  const { refreshToken } = settings.credentials.kind === 'oauth' ? settings.credentials : { refreshToken: '' }
  return async (tokens: Tokens): Promise<void> => {
    writer.hide([tokens.accessToken, tokens.refreshToken])
    config = withTokens(config, tokens, refreshToken)
    if (!platform) {
      if (tokens.refreshToken !== refreshToken) await writer.write(log('WARN', NEW_REFRESH_TOKEN))
      return
    }
    await writer.write(connectorConfig(config))
    await writer.flush()
  }
}

/** `stated`: what Pipedrive allows in two seconds. `assumed`: what the config's plan stands for. */
function limitLog(stated: number, assumed: number, plan: Settings['plan']): LogMessage {
  const allows = `Pipedrive allows ${stated} requests per 2 seconds`
  if (plan === 'auto') return log('INFO', `${allows}.`)
  const contradiction = `the plan "${plan}" in the config stands for ${assumed}`
  if (stated < assumed)
    return log('WARN', `${allows}, but ${contradiction}. The sync uses the lower rate from now on.`)
  return log('INFO', `${allows}, but ${contradiction}. With "auto" the sync would be faster.`)
}
