import { log } from '../airbyte/messages.js'
import type { Client } from '../pipedrive/client.js'
import { manifest } from '../manifest/manifest.js'
import { estimateList, estimateTotal, type Estimate, type Pace, type Total } from '../sync/estimate.js'
import { endsTheRun, explain } from '../sync/error-messages.js'
import { peeks } from '../sync/read-archive.js'
import { looksForUndated } from '../sync/read-undated.js'
import { sizeOf, type Range } from '../sync/size.js'
import type { Plan } from '../sync/plan.js'
import type { Scan } from '../sync/scan.js'
import type { CommandContext, ExitCode } from './command.js'
import { estimateTable } from './estimate-table.js'
import { prepare, type Selection } from './prepare.js'

export interface EstimateArguments extends Selection {
  json: boolean
}

/** What the next sync would take, and what it cost to find out: for people and scripts, not for the platform. */
export interface EstimateReport {
  company: string
  requestsPerTwoSeconds: number
  dailyTokens?: { limit: number; left: number }
  lists: Estimate[]
  total: Total
  spent: { requests: number; tokens: number }
}

/** Asks each list once, as long as it can say something of its size. */
export async function runEstimate(args: EstimateArguments, context: CommandContext): Promise<ExitCode> {
  const everything = args.catalog === undefined && args.streams.length === 0
  const streams = everything ? manifest.map(({ name }) => name) : args.streams
  const { client, account, plan } = await prepare({ ...args, streams }, context)
  for (const { name, error } of plan.refused)
    await context.writer.write(log('WARN', `${name} is left out: ${error.message}`))
  const lists = await estimateAll(plan, client, context)
  const { limit, left } = client.budget
  const report: EstimateReport = {
    company: account.companyName,
    requestsPerTwoSeconds: client.requestsPerWindow,
    ...(limit !== undefined && left !== undefined && { dailyTokens: { limit, left } }),
    lists,
    total: estimateTotal(lists, paceOf(client)),
    spent: client.usage.total(),
  }
  await context.print(args.json ? JSON.stringify(report, null, 2) : estimateTable(report))
  return 0
}

async function estimateAll(plan: Plan, client: Client, context: CommandContext): Promise<Estimate[]> {
  const sized: { scan: Scan; rows: Range; further: number }[] = []
  for (const scan of plan.groups.flat()) {
    try {
      // Before the look into the list, which already shows what the sync would have to find out.
      const further = furtherRequests(scan)
      sized.push({ scan, further, rows: await sizeOf(scan) })
    } catch (thrown) {
      const error = explain(thrown)
      if (endsTheRun(thrown, context.signal)) throw error
      await context.writer.write(log('WARN', `${scan.stream.name} is left out: ${error.message}`))
    }
  }
  const pace = paceOf(client)
  const children = new Map<string, Estimate>()
  const lists = sized.map(({ scan, rows, further }) => {
    const streams = scan.consumers.map(({ run }) => run.stream)
    for (const stream of streams.filter(({ strategy: how }) => how.kind === 'children'))
      children.set(stream.name, estimateList(stream, [stream.name], { atLeast: 0 }, 0, pace))
    const names = streams.map(({ name }) => name)
    return estimateList(scan.stream, names, rows, further, pace)
  })
  return [...lists, ...children.values()]
}

/** Both ends of the order for rows without a time; a first look into an archive. */
function furtherRequests(scan: Scan): number {
  return (looksForUndated(scan, Date.now()) ? 2 : 0) + (peeks(scan) ? 1 : 0)
}

function paceOf({ requestsPerWindow, roundTripMs = 0, budget }: Client): Pace {
  return { requestsPerWindow, roundTripMs, dailyTokens: budget.limit }
}
