import Table from 'cli-table3'
import type { Range } from '../sync/size.js'
import type { EstimateReport } from './estimate.js'

const COLUMNS = ['list', 'rows', 'requests', 'tokens', 'of the day', 'minutes']

/** The report for a person. */
export function estimateTable({
  company,
  requestsPerTwoSeconds,
  dailyTokens,
  lists,
  total,
  spent,
}: EstimateReport): string {
  const table = new Table({
    head: COLUMNS,
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
    // No lines between the rows.
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  })
  for (const { stream, readFor, rows, requests, tokens, shareOfDay, minutes, tokensPerThousand } of lists) {
    const others = readFor.includes(stream) ? '' : ` (for ${readFor.join(', ')})`
    const unknown = tokens.atMost === undefined ? `, ${count(tokensPerThousand)} per 1,000` : ''
    table.push([
      stream + others,
      range(rows, count),
      range(requests, count),
      range(tokens, count) + unknown,
      share(shareOfDay),
      range(minutes, duration),
    ])
  }
  const { requests, tokens, shareOfDay, minutes, unbounded } = total
  table.push([
    'total',
    '',
    range(requests, count),
    range(tokens, count),
    share(shareOfDay),
    range(minutes, duration),
  ])
  const budget = dailyTokens
    ? `${count(dailyTokens.left)} of the day's ${count(dailyTokens.limit)} tokens are left`
    : 'Pipedrive does not say how many tokens the company has a day'
  return [
    `What the next sync of ${company} takes, at ${requestsPerTwoSeconds} requests in two seconds. ${budget}.`,
    table.toString(),
    ...(unbounded.length > 0
      ? [`Pipedrive does not count rows. The total's upper bound leaves out ${unbounded.join(', ')}.`]
      : []),
    `This estimate cost ${spent.requests} requests and ${count(spent.tokens)} tokens.`,
  ].join('\n')
}

function range({ atLeast, atMost }: Range, format: (value: number) => string): string {
  if (atMost === undefined) return atLeast === 0 ? 'unknown' : `${format(atLeast)} or more`
  const [least, most] = [format(atLeast), format(atMost)]
  return least === most ? least : `${least} – ${most}`
}

function share(of: Range | undefined): string {
  return of ? range(of, (value) => `${(value * 100).toFixed(1)} %`) : 'unknown'
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en')
}

function duration(minutes: number): string {
  return minutes < 0.1 ? '< 0.1' : minutes.toFixed(1)
}
