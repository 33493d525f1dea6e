import { isObject } from '../common/is-object.js'
import type { Tokens } from '../pipedrive/auth/credentials.js'
import { migrateConfig, type Config } from './migrate.js'

/**
 * The whole config in the current shape with new tokens, for the platform to store. `refreshToken`: the one that the
 * config stands for. If it is still valid, the config keeps it as it is, which may be the name of a variable.
 */
export function withTokens(input: Config, tokens: Tokens, refreshToken?: string): Config {
  const { config } = migrateConfig(input)
  return {
    ...config,
    credentials: {
      ...(isObject(config.credentials) && config.credentials),
      access_token: tokens.accessToken,
      token_expiry_date: new Date(tokens.expiresAt).toISOString(),
      ...(tokens.refreshToken !== refreshToken && { refresh_token: tokens.refreshToken }),
      ...(tokens.apiDomain !== undefined && { api_domain: tokens.apiDomain }),
    },
  }
}
