import { log } from '../airbyte/messages.js'
import { readable } from '../airbyte/readable.js'
import { StateStore } from '../airbyte/state-store.js'
import { count } from '../common/wording.js'
import { sync } from '../sync/sync.js'
import type { CommandContext, ExitCode } from './context.js'
import { openRun, type RunArguments } from './open-run.js'

const RESERVE_UNKNOWN =
  "Pipedrive does not report what is left of the company's daily API budget. daily_token_reserve has no effect until it does."

/** Reads the configured streams from where their states end. Exit code 0 only if every stream completed. */
export async function runRead(args: RunArguments, context: CommandContext): Promise<ExitCode> {
  const { writer, signal } = context
  const { settings, client, account, states, plan } = await openRun(
    args,
    context,
    ({ dailyTokenReserve }) => ({
      dailyTokenReserve,
    }),
  )
  const store =
    args.stateFile === undefined ? undefined : await StateStore.open(args.stateFile, states, writer)
  await writer.write(
    log('INFO', `Reading ${readable(account.companyName)} as ${readable(account.userName)}.`),
  )
  if (settings.dailyTokenReserve > 0 && !client.budget.keepsReserve)
    await writer.write(log('WARN', RESERVE_UNKNOWN))

  context.expectStreams(plan.streams.length + plan.unavailable.length + plan.futureCursors.length)
  const incomplete: string[] = []
  const onIncomplete = (stream: string) => void incomplete.push(stream)
  try {
    for await (const message of sync(plan, { client, signal, onIncomplete })) {
      await writer.write(message)
      if (message.type === 'STATE') store?.keep(message)
    }
  } finally {
    await store?.close()
  }

  await writer.write(log('INFO', summary(client.usage.total(), client.budget)))
  return incomplete.length === 0 ? 0 : 1
}

interface Usage {
  requests: number
  tokens: number
}

interface Budget {
  left: number | undefined
  limit: number | undefined
}

function summary({ requests, tokens }: Usage, { left, limit }: Budget): string {
  const used = `${count(requests, 'request')} and ${count(tokens, 'token')} of the daily API budget`
  const balance =
    left === undefined || limit === undefined ? '' : ` ${count(left)} of ${count(limit, 'token')} are left.`
  return `Done: ${used} used.${balance}`
}
