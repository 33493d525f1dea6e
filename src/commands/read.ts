import { log } from '../airbyte/messages.js'
import { sync } from '../sync/sync.js'
import type { CommandContext, ExitCode } from './command.js'
import { prepare, type Selection } from './prepare.js'

/** Reads the configured streams from where their states say. Exit 0 only if every one of them completed. */
export async function runRead(selection: Selection, context: CommandContext): Promise<ExitCode> {
  const { writer, signal } = context
  const { settings, client, account, plan } = await prepare(selection, context, ({ dailyTokenReserve }) => ({
    dailyTokenReserve,
  }))
  await writer.write(log('INFO', `Reading ${account.companyName} as ${account.userName}.`))
  if (settings.dailyTokenReserve > 0 && !client.budget.keepsReserve)
    await writer.write(
      log(
        'WARN',
        "Pipedrive does not say what is left of the company's daily budget: daily_token_reserve cannot be kept until it does.",
      ),
    )

  const incomplete: string[] = []
  const onIncomplete = (stream: string) => void incomplete.push(stream)
  for await (const message of sync(plan, { client, signal, onIncomplete })) await writer.write(message)

  const { requests, tokens } = client.usage.total()
  const { left, limit } = client.budget
  const balance = left === undefined || limit === undefined ? '' : `; ${left} of ${limit} are left`
  await writer.write(
    log('INFO', `Done: ${requests} requests, ${tokens} tokens of the daily budget${balance}.`),
  )
  return incomplete.length === 0 ? 0 : 1
}
