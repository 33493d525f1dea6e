import Table from 'cli-table3'
import { count } from '../../common/wording.js'
import type { Range } from './size.js'
import type { Backlog } from './cost.js'
import type { EstimateReport } from './report.js'

const COLUMNS = ['list', 'rows', 'requests', 'tokens', 'of the day', 'minutes']

/** The report as a table for people. */
export function estimateTable(report: EstimateReport): string {
  const { company, requestsPerTwoSeconds, total, spent } = report
  const rate = count(requestsPerTwoSeconds, 'request')
  return [
    `Estimate for the next sync of ${company}, at ${rate} per 2 seconds. ${budgetLine(report)}.`,
    tableOf(report),
    ...(total.unbounded.length > 0
      ? [
          `Pipedrive does not report row counts. The upper bound of the total omits ${total.unbounded.join(', ')}.`,
        ]
      : []),
    ...(report.backlog ? [backlogLine(report.backlog)] : []),
    `This estimate cost ${count(spent.requests, 'request')} and ${count(spent.tokens, 'token')}.`,
  ].join('\n')
}

function budgetLine({ dailyTokens }: EstimateReport): string {
  if (!dailyTokens) return "Pipedrive does not report the company's daily token budget"
  const { left, limit } = dailyTokens
  return `Of today's ${count(limit, 'token')}, ${count(left)} are left`
}

function backlogLine({ tokensPerDay, tokens, days, unbounded }: Backlog): string {
  const most = count(tokens.atMost ?? 0, 'token')
  const omitted =
    unbounded.length > 0 ? `, without ${unbounded.join(', ')}, whose parents are not counted` : ''
  return (
    `Streams with a request per parent share ${count(tokensPerDay, 'token')} a day: what they have to read costs at most ` +
    `${most}${omitted}, and takes at most ${count(days, 'day')}.`
  )
}

function tableOf({ lists, total }: EstimateReport): string {
  const table = new Table({
    head: COLUMNS,
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
    // No lines between the rows.
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  })
  for (const { stream, readFor, rows, requests, tokens, shareOfDay, minutes, tokensPerThousand } of lists) {
    const readers = readFor.includes(stream) ? '' : ` (for ${readFor.join(', ')})`
    const rate = tokens.atMost === undefined ? `, ${count(tokensPerThousand)} per 1,000` : ''
    table.push([
      stream + readers,
      range(rows, count),
      range(requests, count),
      range(tokens, count) + rate,
      share(shareOfDay),
      range(minutes, inMinutes),
    ])
  }
  const { requests, tokens, shareOfDay, minutes } = total
  table.push([
    'total',
    '',
    range(requests, count),
    range(tokens, count),
    share(shareOfDay),
    range(minutes, inMinutes),
  ])
  return table.toString()
}

function range({ atLeast, atMost }: Range, format: (value: number) => string): string {
  if (atMost === undefined) return atLeast === 0 ? 'unknown' : `${format(atLeast)} or more`
  const [least, most] = [format(atLeast), format(atMost)]
  return least === most ? least : `${least} – ${most}`
}

function share(of: Range | undefined): string {
  return of ? range(of, (value) => `${(value * 100).toFixed(1)} %`) : 'unknown'
}

function inMinutes(minutes: number): string {
  return minutes < 0.1 ? '< 0.1' : minutes.toFixed(1)
}
