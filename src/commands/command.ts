import { isObject } from '../is-object.js'
import { configError } from '../airbyte/errors.js'
import { readJson } from '../airbyte/json-file.js'
import { log, type LogMessage } from '../airbyte/messages.js'
import { redaction } from '../airbyte/redaction.js'
import type { Writer } from '../airbyte/writer.js'
import { parseSettings, type Settings } from '../config/settings.js'
import { manifest } from '../manifest/manifest.js'
import { hasStartDate } from '../manifest/stream.js'
import { Client, type ClientOptions } from '../pipedrive/client.js'

/** What every command gets. */
export interface CommandContext {
  writer: Writer
  /** For answers that are no protocol messages. */
  print(text: string): Promise<void>
  /** Ends the command: SIGTERM, SIGINT, or a reader that went away. */
  signal: AbortSignal
}

/** 0 only if the command did all that was asked. */
export type ExitCode = 0 | 1

export type Command = (context: CommandContext) => Promise<ExitCode>

/** Reads and validates the config; from here on its secrets are masked in all output. */
export async function readSettings(path: string, { writer }: CommandContext): Promise<Settings> {
  const config = await readJson(path, 'config')
  writer.configure({ redact: redaction(secretsIn(config)) })
  const settings = parseSettings(config)
  assertStartDates(settings)
  return settings
}

export function openClient(
  settings: Settings,
  context: CommandContext,
  limits: Partial<ClientOptions> = {},
): Client {
  const { plan, burstShare, baseUrl } = settings
  return new Client({
    credentials: { kind: 'api_token', apiToken: settings.apiToken },
    plan,
    share: burstShare,
    baseUrl,
    signal: context.signal,
    onRetry: (message) => {
      context.writer.post(log('INFO', message))
    },
    onLimit: (stated, ours) => {
      context.writer.post(limitLog(stated, ours, plan))
    },
    ...limits,
  })
}

function limitLog(stated: number, ours: number, plan: Settings['plan']): LogMessage {
  const allows = `Pipedrive allows ${stated} requests in two seconds`
  if (plan === 'auto') return log('INFO', `${allows}.`)
  const contradiction = `the plan ${plan} of the config stands for ${ours}`
  if (stated < ours)
    return log('WARN', `${allows}, but ${contradiction}: the lower rate is used from here on.`)
  return log('INFO', `${allows}, but ${contradiction}: with the plan auto the sync would be faster.`)
}

/** A date for a stream that has none, or a slip of the pen, would quietly read everything. */
function assertStartDates({ startDates }: Settings): void {
  const streams = manifest.filter(hasStartDate).map(({ name }) => name)
  const strange = Object.keys(startDates).filter((name) => !streams.includes(name))
  if (strange.length === 0) return
  throw configError(
    `The config's start_dates name ${strange.join(', ')}. Streams with a start date are: ${streams.join(', ')}.`,
  )
}

const SECRET_FIELDS = new Set(['api_token', 'access_token', 'refresh_token', 'client_secret'])

/** Every secret of a config, whatever its shape: also of one that turns out to be invalid. */
function secretsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(secretsIn)
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    SECRET_FIELDS.has(key) && typeof inner === 'string' ? [inner, inner.trim()] : secretsIn(inner),
  )
}
