import { isObject } from '../common/is-object.js'
import type { Tokens } from '../pipedrive/auth/credentials.js'
import { migrateConfig, type Config } from './migrate.js'

/** The whole config in the current shape with new tokens, for the platform to store. */
export function withTokens(input: Config, tokens: Tokens): Config {
  const { config } = migrateConfig(input)
  return {
    ...config,
    credentials: {
      ...(isObject(config.credentials) && config.credentials),
      access_token: tokens.accessToken,
      token_expiry_date: new Date(tokens.expiresAt).toISOString(),
      refresh_token: tokens.refreshToken,
      ...(tokens.apiDomain !== undefined && { api_domain: tokens.apiDomain }),
    },
  }
}
