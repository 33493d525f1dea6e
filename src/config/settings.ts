import { configError } from '../airbyte/errors.js'
import { migrateConfig } from './migrate.js'
import { parseStartDate } from './start-date.js'
import { configProblems } from './validate.js'

export type Plan = 'auto' | 'lite' | 'growth' | 'professional' | 'premium' | 'ultimate'

/** A config, validated and with all defaults: what the rest of the connector works with. */
export interface Settings {
  apiToken: string
  /** Milliseconds since the epoch; undefined: everything. */
  startDate: number | undefined
  lookbackMs: number
  plan: Plan
  /** Replaces every Pipedrive host; for simulators. */
  baseUrl: string | undefined
}

/** What Pipedrive called its plans before 2025. */
const FORMER_NAMES = {
  essential: 'lite',
  advanced: 'growth',
  power: 'premium',
  enterprise: 'ultimate',
} satisfies Record<string, Plan>

const DEFAULT_LOOKBACK_MINUTES = 2

/** Throws a config error that names every problem at once. */
export function parseSettings(input: unknown): Settings {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw configError(
      'The config must be a JSON object, for example {"credentials": {"auth_type": "api_token", "api_token": "…"}}.',
    )
  }
  const config = migrateConfig(withoutBlanks(input as Record<string, unknown>))
  const problems = configProblems(config)
  if (problems.length > 0) throw configError(`The config is not valid: ${problems.join('; ')}.`)
  return settings(config)
}

/** A config that fits spec.json. */
interface ValidConfig {
  credentials?: { auth_type: 'api_token'; api_token: string }
  replication_start_date?: string
  lookback_minutes?: number
  plan?: Plan | keyof typeof FORMER_NAMES
  base_url?: string
}

function settings(config: ValidConfig): Settings {
  if (!config.credentials) {
    throw configError(
      'The config has no credentials. Add {"credentials": {"auth_type": "api_token", "api_token": "…"}}.',
    )
  }
  const apiToken = config.credentials.api_token.trim()
  if (apiToken === '') throw configError('The config is not valid: credentials.api_token is empty.')
  const { plan = 'auto' } = config
  return {
    apiToken,
    startDate: startDate(config.replication_start_date),
    lookbackMs: (config.lookback_minutes ?? DEFAULT_LOOKBACK_MINUTES) * 60_000,
    plan: plan in FORMER_NAMES ? FORMER_NAMES[plan as keyof typeof FORMER_NAMES] : (plan as Plan),
    baseUrl: config.base_url?.replace(/\/+$/, ''),
  }
}

function startDate(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const moment = parseStartDate(text)
  if (moment === undefined) {
    throw configError(
      `The config's replication_start_date "${text}" is not a date. Give one like 2024-01-01T00:00:00Z.`,
    )
  }
  return moment
}

/** What a form sends for a field that was left empty. */
function withoutBlanks(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null && value !== ''))
}
