import { configError } from '../airbyte/errors.js'
import { isObject } from '../is-object.js'
import { migrateConfig } from './migrate.js'
import { parseStartDate } from './start-date.js'
import { configProblems } from './validate.js'

export type Plan = 'auto' | 'lite' | 'growth' | 'professional' | 'premium' | 'ultimate'

/** A config, validated and with all defaults: what the rest of the connector works with. */
export interface Settings {
  apiToken: string
  /** Milliseconds since the epoch; undefined: everything. */
  startDate: number | undefined
  /** The same for single streams, instead of the general one. */
  startDates: Readonly<Record<string, number>>
  lookbackMs: number
  plan: Plan
  /** How much of the request rate to use; more than 0, at most 1. */
  burstShare: number
  /** What to leave of the company's daily budget: below 1 a share of it, else tokens. 0: nothing. */
  dailyTokenReserve: number
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
  if (!isObject(input)) {
    throw configError(
      'The config must be a JSON object, for example {"credentials": {"auth_type": "api_token", "api_token": "…"}}.',
    )
  }
  const config = migrateConfig(withoutBlanks(input))
  const problems = configProblems(config)
  if (problems.length > 0) throw configError(`The config is not valid: ${problems.join('; ')}.`)
  return settings(config)
}

/** A config that fits spec.json. */
interface ValidConfig {
  credentials?: { auth_type: 'api_token'; api_token: string }
  replication_start_date?: string
  start_dates?: Record<string, unknown>
  lookback_minutes?: number
  plan?: Plan | keyof typeof FORMER_NAMES
  burst_share?: number
  daily_token_reserve?: number
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
    startDates: startDates(config.start_dates),
    lookbackMs: (config.lookback_minutes ?? DEFAULT_LOOKBACK_MINUTES) * 60_000,
    plan: plan in FORMER_NAMES ? FORMER_NAMES[plan as keyof typeof FORMER_NAMES] : (plan as Plan),
    burstShare: config.burst_share ?? 1,
    dailyTokenReserve: config.daily_token_reserve ?? 0,
    baseUrl: config.base_url?.replace(/\/+$/, ''),
  }
}

function startDate(text: string | undefined, field = 'replication_start_date'): number | undefined {
  if (text === undefined) return undefined
  const moment = parseStartDate(text)
  if (moment === undefined)
    throw configError(`The config's ${field} "${text}" is not a date. Give one like 2024-01-01T00:00:00Z.`)
  return moment
}

function startDates(dates: Record<string, unknown> = {}): Record<string, number> {
  const parsed = Object.entries(dates).map(([stream, date]) => [
    stream,
    startDate(String(date), `start_dates.${stream}`),
  ])
  return Object.fromEntries(parsed) as Record<string, number>
}

/** Without what a form sends for fields that were left empty. */
function withoutBlanks(object: Record<string, unknown>): Record<string, unknown> {
  const filled = Object.entries(object).filter(([, value]) => value !== null && value !== '')
  return Object.fromEntries(
    filled.map(([key, value]) => [
      key,
      key === 'start_dates' && isObject(value) ? withoutBlanks(value) : value,
    ]),
  )
}
