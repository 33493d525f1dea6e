type Config = Record<string, unknown>

/** The config in today's shape. Older ones hold the API token at the top level. The input is left as it is. */
export function migrateConfig(config: Config): Config {
  const { api_token: flatToken, ...rest } = config
  if (typeof flatToken !== 'string' || rest.credentials !== undefined) return config
  return { ...rest, credentials: { auth_type: 'api_token', api_token: flatToken } }
}
