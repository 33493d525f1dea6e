import { configError } from '../airbyte/errors.js'
import { isObject } from '../common/is-object.js'
import type { Credentials } from '../pipedrive/auth/credentials.js'
import { parseCredentials, type CredentialsConfig } from './credentials.js'
import { migrateConfig, type Config } from './migrate.js'
import { parseMoment } from './moment.js'
import { configProblems } from './validate.js'

export type Plan = 'auto' | 'lite' | 'growth' | 'professional' | 'premium' | 'ultimate'

/** A config, validated and with all defaults: what the rest of the connector works with. */
export interface Settings {
  credentials: Credentials
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
  /** The config itself, in today's shape: what the platform is to store. */
  config: Config
  /** Whether that is another shape than the platform stores now. */
  migrated: boolean
}

/** What Pipedrive called its plans before 2025. */
const FORMER_NAMES = {
  essential: 'lite',
  advanced: 'growth',
  power: 'premium',
  enterprise: 'ultimate',
} satisfies Record<string, Plan>

const DEFAULT_LOOKBACK_MINUTES = 2

const EXAMPLE = '{"credentials": {"auth_type": "api_token", "api_token": "…"}}'

/** Throws a config error that names every problem at once. */
export function parseSettings(input: unknown): Settings {
  if (!isObject(input)) throw configError(`The config must be a JSON object, for example ${EXAMPLE}.`)
  const { config, changed } = migrateConfig(input)
  const problems = configProblems(config)
  if (problems.length > 0) throw configError(`The config is not valid: ${problems.join('; ')}.`)
  return { ...settings(config), config, migrated: changed }
}

/** A config that fits spec.json. */
interface ValidConfig {
  credentials?: CredentialsConfig
  replication_start_date?: string
  start_dates?: Record<string, unknown>
  lookback_minutes?: number
  plan?: Plan | keyof typeof FORMER_NAMES
  burst_share?: number
  daily_token_reserve?: number
  base_url?: string
}

function settings(config: ValidConfig): Omit<Settings, 'config' | 'migrated'> {
  if (!config.credentials) throw configError(`The config has no credentials. Add ${EXAMPLE}.`)
  const { plan = 'auto' } = config
  const baseUrl = config.base_url?.replace(/\/+$/, '')
  if (baseUrl !== undefined && !URL.canParse(baseUrl))
    throw configError(
      'The config is not valid: base_url is no address. Give one like https://host or https://host/path.',
    )
  return {
    credentials: parseCredentials(config.credentials, baseUrl),
    startDate: startDate(config.replication_start_date),
    startDates: startDates(config.start_dates),
    lookbackMs: (config.lookback_minutes ?? DEFAULT_LOOKBACK_MINUTES) * 60_000,
    plan: plan in FORMER_NAMES ? FORMER_NAMES[plan as keyof typeof FORMER_NAMES] : (plan as Plan),
    burstShare: config.burst_share ?? 1,
    dailyTokenReserve: config.daily_token_reserve ?? 0,
    baseUrl,
  }
}

function startDate(value: unknown, field = 'replication_start_date'): number | undefined {
  if (value === undefined) return undefined
  const moment = typeof value === 'string' ? parseMoment(value) : undefined
  if (moment === undefined)
    throw configError(
      `The config's ${field} ${quoted(value)}is not a date. Give one like 2024-01-01T00:00:00Z.`,
    )
  return moment
}

/** Only what could be meant as a date: who knows what else was pasted there. */
function quoted(value: unknown): string {
  return typeof value === 'string' && /^[\d .:TZ+-]{1,40}$/.test(value) ? `"${value}" ` : ''
}

function startDates(dates: Record<string, unknown> = {}): Record<string, number> {
  const parsed = Object.entries(dates).map(([stream, date]) => [
    stream,
    startDate(date, `start_dates.${stream}`),
  ])
  return Object.fromEntries(parsed) as Record<string, number>
}
