import { configError } from '../airbyte/errors.js'
import { isObject } from '../common/is-object.js'
import { timeOrNull } from '../common/time.js'
import type { Credentials } from '../pipedrive/auth/credentials.js'
import { parseBaseUrl } from './base-url.js'
import { parseCredentials, type CredentialsConfig } from './credentials.js'
import { migrateConfig, type Config } from './migrate.js'
import { configProblems } from './validate.js'

/** Pipedrive's plans, by today's names. */
export type PricingPlan = 'auto' | 'lite' | 'growth' | 'professional' | 'premium' | 'ultimate'

export type CustomFields = 'columns' | 'raw'

/** A validated config with all defaults. */
export interface Settings {
  credentials: Credentials
  /** Milliseconds since the epoch; undefined to read everything. */
  startDate: number | undefined
  /** By stream; replaces the general start date. */
  startDates: Readonly<Record<string, number>>
  lookbackMs: number
  /** Whether streams of mail have the whole text of messages. */
  mailBodies: boolean
  /** The share of the day's tokens, above the reserve, for streams that cost a request per parent. */
  perParentShare: number
  /** Whether destinations are to delete records that are gone in Pipedrive. */
  removesDeleted: boolean
  /** The same for the rolling verification of lists; 0: none. */
  verificationShare: number
  /** How long a reading of a list of settings counts; 0: until the next sync. */
  settingsEveryMs: number
  plan: PricingPlan
  /** The share of the plan's request rate to use: more than 0, at most 1. */
  burstShare: number
  /** What to leave of the company's daily budget: a share below 1, or a number of tokens. */
  dailyTokenReserve: number
  /** Whether custom fields also come as typed columns, or only as Pipedrive returns them. */
  customFields: CustomFields
  /** Whether all rows of a stream are read again when its columns for custom fields have changed. */
  customFieldsBackfill: boolean
  /** Replaces every Pipedrive host, for simulators. */
  baseUrl: string | undefined
  /** The config in the current shape, for the platform to store. */
  config: Config
  /** Whether the platform stores it in an older shape now. */
  migrated: boolean
}

const DEFAULT_LOOKBACK_MINUTES = 10

/** Clocks and time zones differ; a date further in the future is a mistake that would read nothing, silently. */
const FUTURE_TOLERANCE_MS = 24 * 60 * 60_000

const EXAMPLE = '{"credentials": {"auth_type": "api_token", "api_token": "…"}}'

/**
 * Throws a config error that names every problem at once, or that there are no credentials. `now`: milliseconds since
 * the epoch. `allowedBaseUrls`: as for parseBaseUrl.
 */
export function parseSettings(input: unknown, now = Date.now(), allowedBaseUrls = ''): Settings {
  if (!isObject(input)) throw configError(`The config must be a JSON object, for example ${EXAMPLE}.`)
  const { config, changed } = migrateConfig(input)
  if (config.credentials === undefined) throw configError(`The config has no credentials. Add ${EXAMPLE}.`)
  const problems = configProblems(config)
  if (problems.length > 0) throw configError(`The config is not valid: ${problems.join('; ')}.`)
  return { ...toSettings(config as object as ValidConfig, now, allowedBaseUrls), config, migrated: changed }
}

/** A config that fits spec.json. */
interface ValidConfig {
  credentials: CredentialsConfig
  replication_start_date?: string
  start_dates?: Record<string, unknown>
  lookback_minutes?: number
  mail_bodies?: boolean
  settings_every_hours?: number
  per_parent_daily_share?: number
  verification?: number
  remove_deleted?: boolean
  plan?: PricingPlan
  burst_share?: number
  daily_token_reserve?: number
  custom_fields?: CustomFields
  custom_fields_backfill?: boolean
  base_url?: string
}

function toSettings(
  config: ValidConfig,
  now: number,
  allowedBaseUrls: string,
): Omit<Settings, 'config' | 'migrated'> {
  const { plan = 'auto', base_url } = config
  const baseUrl = base_url === undefined ? undefined : parseBaseUrl(base_url, allowedBaseUrls)
  return {
    credentials: parseCredentials(config.credentials, baseUrl),
    startDate: parseStartDate(config.replication_start_date, 'replication_start_date', now),
    startDates: parseStartDates(config.start_dates, now),
    lookbackMs: (config.lookback_minutes ?? DEFAULT_LOOKBACK_MINUTES) * 60_000,
    mailBodies: config.mail_bodies ?? false,
    perParentShare: config.per_parent_daily_share ?? 0.5,
    removesDeleted: config.remove_deleted ?? false,
    verificationShare: (config.verification ?? 2) / 100,
    settingsEveryMs: (config.settings_every_hours ?? 0) * 3_600_000,
    plan,
    burstShare: config.burst_share ?? 1,
    dailyTokenReserve: config.daily_token_reserve ?? 0,
    customFields: config.custom_fields ?? 'columns',
    customFieldsBackfill: config.custom_fields_backfill ?? false,
    baseUrl,
  }
}

function parseStartDate(value: unknown, field: string, now: number): number | undefined {
  if (value === undefined) return undefined
  const moment = typeof value === 'string' ? timeOrNull(value.trim()) : null
  if (moment === null)
    throw configError(
      `The config's ${field} ${quoted(value)}is not a date. Enter one like 2024-01-01T00:00:00Z.`,
    )
  if (moment > now + FUTURE_TOLERANCE_MS)
    throw configError(
      `The config's ${field} ${quoted(value)}is in the future. Enter a date in the past, or leave the field empty to read everything.`,
    )
  return moment
}

/** Only what looks like a date: another value could be a secret in the wrong field. */
function quoted(value: unknown): string {
  return typeof value === 'string' && /^[\d .:TZ+-]{1,40}$/.test(value) ? `"${value}" ` : ''
}

function parseStartDates(dates: Record<string, unknown> = {}, now: number): Record<string, number> {
  const parsed = Object.entries(dates).map(([stream, date]) => [
    stream,
    parseStartDate(date, `start_dates.${stream}`, now),
  ])
  return Object.fromEntries(parsed) as Record<string, number>
}
