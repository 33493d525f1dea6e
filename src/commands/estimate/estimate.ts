import { log } from '../../airbyte/messages.js'
import { readable } from '../../airbyte/readable.js'
import { manifest } from '../../manifest/manifest.js'
import { isPerParent } from '../../manifest/stream.js'
import type { Client } from '../../pipedrive/client.js'
import { endsTheRun, missingFeature, toUserError } from '../../sync/error-messages.js'
import { sizableLists, type ListSize, type SizableList } from './size.js'
import { affordableStreams } from '../affordable-streams.js'
import type { CommandContext, ExitCode } from '../context.js'
import { openRun, type RunArguments } from '../open-run.js'
import { ACCOUNT, estimateLists, estimateTotal, overDays, type Pace } from './cost.js'
import { estimateTable } from './estimate-table.js'
import type { EstimateReport } from './report.js'
import { verificationCosts } from './verification.js'

export interface EstimateArguments extends RunArguments {
  json: boolean
}

const NOTHING: ListSize = { rows: { atLeast: 0, atMost: 0 }, extraRequests: 0, parents: new Map() }

const perParent = new Set(manifest.filter(isPerParent).map(({ name }) => name))

/** Sends one request for each list whose size Pipedrive's answer can show. */
export async function runEstimate(args: EstimateArguments, context: CommandContext): Promise<ExitCode> {
  const everything = args.catalog === undefined && args.streams.length === 0
  const streams = everything ? affordableStreams() : args.streams
  const { client, account, states, plan } = await openRun({ ...args, streams }, context)
  for (const { name, error } of plan.unavailable) await warnOfOmission(name, error, context)
  const sizes = await measure(sizableLists(plan), context)
  const lists = estimateLists(sizes, paceOf(client))
  const { limit, left } = client.budget
  const dear = lists.filter(({ stream }) => perParent.has(stream))
  const backlog = overDays(dear, plan.allowance.total)
  const verification = overDays(verificationCosts(plan, lists), plan.verification.total)
  const report: EstimateReport = {
    company: readable(account.companyName),
    isFirstSync: plan.streams.every(({ emitter }) => !states.has(emitter.stream.name)),
    requestsPerTwoSeconds: client.requestsPerWindow,
    ...(limit !== undefined && left !== undefined && { dailyTokens: { limit, left } }),
    account: ACCOUNT,
    lists,
    total: estimateTotal(lists, paceOf(client)),
    ...(backlog && { backlog }),
    ...(verification && { verification }),
    spent: client.usage.total(),
  }
  await (args.json ? context.printJson(report) : context.print(estimateTable(report, context.width)))
  return 0
}

/** A list that cannot be read is omitted with a warning. */
async function measure(
  lists: readonly SizableList[],
  context: CommandContext,
): Promise<(SizableList & ListSize)[]> {
  const measured: (SizableList & ListSize)[] = []
  for (const list of lists) {
    try {
      measured.push({ ...list, ...(await list.size()) })
    } catch (thrown) {
      // The request that says so is all that the sync sends, too.
      if (missingFeature(thrown, list.list) !== undefined) {
        measured.push({ ...list, ...NOTHING })
        continue
      }
      const error = toUserError(thrown)
      if (endsTheRun(thrown, context.signal)) throw error
      await warnOfOmission(list.list.name, error, context)
    }
  }
  return measured
}

function warnOfOmission(name: string, { message }: Error, { writer }: CommandContext): Promise<void> {
  return writer.write(log('WARN', `${name} is not in the estimate: ${message}`))
}

function paceOf({ requestsPerWindow, roundTripMs = 0, budget }: Client): Pace {
  return { requestsPerWindow, roundTripMs, dailyTokens: budget.limit }
}
