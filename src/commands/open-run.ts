import type { InputState } from '../airbyte/state-file.js'
import type { Settings } from '../config/settings.js'
import { withParamsOf } from '../manifest/config-params.js'
import { manifest } from '../manifest/manifest.js'
import type { Client, ClientOptions } from '../pipedrive/client.js'
import { readAccount, type Account } from '../pipedrive/account.js'
import { toUserError } from '../sync/error-messages.js'
import { planSync, type PlanOptions, type SyncPlan } from '../sync/plan.js'
import type { CommandContext } from './context.js'
import { loadConfig } from './load-config.js'
import { loadSelection, type Selection } from './load-selection.js'
import { openClient } from './open-client.js'

export interface RunArguments extends Selection {
  /** Path of the config file. */
  config: string
}

/** All that a sync, or an estimate of one, needs. */
export interface OpenRun {
  settings: Settings
  client: Client
  account: Account
  /** What the sync continues from. */
  states: InputState
  plan: SyncPlan
}

/** From the files that the command line names to the plan of a sync; costs one request (2 tokens). */
export async function openRun(
  args: RunArguments,
  context: CommandContext,
  clientOptions: (settings: Settings) => Partial<ClientOptions> = () => ({}),
  planOptions: Partial<PlanOptions> = {},
): Promise<OpenRun> {
  const settings = await loadConfig(args.config, context)
  const { configured, states } = await loadSelection(args, context.writer)
  const client = openClient(settings, context, clientOptions(settings))
  const account = await readAccount(client).catch((error: unknown) => {
    throw toUserError(error)
  })
  const { startDate, startDates, lookbackMs, settingsEveryMs, perParentShare, verificationShare } = settings
  const { removesDeleted, customFields, customFieldsBackfill, mailBodies } = settings
  const plan = planSync(configured, {
    request: client.request,
    account,
    manifest: withParamsOf({ mail_bodies: mailBodies }, manifest),
    states,
    startDate,
    startDates,
    lookbackMs,
    settingsEveryMs,
    perParentShare,
    verificationShare,
    removesDeleted,
    dailyTokens: () => client.budget.usable,
    concurrency: () => client.concurrency,
    customFields,
    customFieldsBackfill,
    ...planOptions,
  })
  return { settings, client, account, states, plan }
}
