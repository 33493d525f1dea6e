import Table from 'cli-table3'
import { count, listOfWords, shortDuration, wrapped } from '../../common/wording.js'
import type { Estimate, OverDays } from './cost.js'
import type { EstimateReport } from './report.js'
import type { Range } from './range.js'

const COLUMNS = ['list', 'rows', 'requests', 'tokens', 'time']
const GAP = '  '

/** Of names that are longer, the column shows so much per line. */
const SHORTEST_NAMES = 16

/** The report as a table for people, in lines of at most `width` characters. */
export function estimateTable(report: EstimateReport, width: number): string {
  const { company, isFirstSync, requestsPerTwoSeconds, total, spent } = report
  const rate = count(requestsPerTwoSeconds, 'request')
  const share = total.shareOfDay ? `, ${range(total.shareOfDay, percent)} of the day's tokens` : ''
  const sentences = [
    `Estimate for the ${isFirstSync ? 'first' : 'next'} sync of ${company}, at ${rate} per 2 seconds. ${budgetLine(report)}.`,
    `In total ${amount(total.requests, 'request')} and ${amount(total.tokens, 'token')}${share}, in ${range(total.minutes, inSeconds)}.`,
  ]
  const notes = [
    ...unboundedLine(report),
    ...(report.backlog ? [backlogLine(report.backlog)] : []),
    ...(report.verification ? [verificationLine(report.verification)] : []),
    `This estimate cost ${count(spent.requests, 'request')} and ${count(spent.tokens, 'token')}.`,
  ]
  const prose = (lines: string[]) => lines.map((line) => wrapped(line, width))
  return [...prose(sentences), '', tableOf(report, width), '', ...prose(notes)].join('\n')
}

function budgetLine({ dailyTokens }: EstimateReport): string {
  if (!dailyTokens) return "Pipedrive does not report the company's daily token budget"
  const { left, limit } = dailyTokens
  return `Of today's ${count(limit, 'token')}, ${count(left)} are left`
}

/** Lists of which Pipedrive's response does not show how long they are. */
function unboundedLine({ lists, total }: EstimateReport): string[] {
  const unbounded = lists.filter(({ stream }) => total.unbounded.includes(stream))
  if (unbounded.length === 0) return []
  const rates = unbounded.map(
    ({ stream, tokensPerThousand }) => `${stream} ${count(tokensPerThousand, 'token')} per 1,000 rows`,
  )
  return [
    `Pipedrive does not report how many rows some lists have. They have no upper bound: ${rates.join(', ')}.`,
  ]
}

function backlogLine(backlog: OverDays): string {
  const allowance = `Streams with a request per parent share ${count(backlog.tokensPerDay, 'token')} a day`
  return `${allowance}: what they have to read ${mostOf(backlog, 'parents')}.`
}

function verificationLine(verification: OverDays): string {
  const allowance = `Beside that, verification may cost ${count(verification.tokensPerDay, 'token')} a day`
  return `${allowance}: comparing each list, once a day, ${mostOf(verification, 'rows')}.`
}

function mostOf({ tokens, days, unbounded }: OverDays, what: string): string {
  const most = count(tokens.atMost ?? 0, 'token')
  const omitted =
    unbounded.length > 0 ? `, without ${listOfWords(unbounded)}, whose ${what} are not counted` : ''
  return `costs at most ${most}${omitted}, and takes at most ${count(days, 'day')}`
}

function tableOf({ account, lists, total }: EstimateReport, width: number): string {
  const rows = lists.map((estimate) => [nameOf(estimate), range(estimate.rows, count), ...cells(estimate)])
  const all = [
    COLUMNS,
    ['account', '1', count(account.requests), count(account.tokens), '< 1 s'],
    ...rows,
    ['total', '', ...cells(total)],
  ]
  const isTooWide = SHORTEST_NAMES + widthOfNumbers(all) > width
  const lines = isTooWide ? all.map((row) => row.map((cell) => cell.replace(' – ', ' –\n'))) : all
  const [names = 0, ...numbers] = widthsOf(lines)
  const table = new Table({
    colAligns: ['left', 'right', 'right', 'right', 'right'],
    colWidths: [
      Math.max(SHORTEST_NAMES, Math.min(names, width - widthOfNumbers(lines))),
      ...numbers.map((one) => one + GAP.length),
    ],
    wordWrap: true,
    wrapOnWordBoundary: false,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    chars: Object.fromEntries(BORDERS.map((name) => [name, ''])),
  })
  table.push(...lines)
  return table.toString().replace(/ +$/gm, '')
}

function widthsOf(rows: readonly string[][]): number[] {
  const widthOf = (cell = '') => Math.max(...cell.split('\n').map(({ length }) => length))
  return COLUMNS.map((_, column) => Math.max(...rows.map((row) => widthOf(row[column]))))
}

function widthOfNumbers(rows: readonly string[][]): number {
  return widthsOf(rows)
    .slice(1)
    .reduce((sum, one) => sum + one + GAP.length, 0)
}

const BORDERS = [
  ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
  ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
]

function nameOf({ stream, readFor }: Estimate): string {
  return readFor.includes(stream) ? stream : `${stream} (for ${readFor.join(', ')})`
}

function cells({ requests, tokens, minutes }: Pick<Estimate, 'requests' | 'tokens' | 'minutes'>): string[] {
  return [range(requests, count), range(tokens, count), range(minutes, inSeconds)]
}

function amount(of: Range, noun: string): string {
  return of.atLeast === of.atMost ? count(of.atLeast, noun) : `${range(of, count)} ${noun}s`
}

function range({ atLeast, atMost }: Range, format: (value: number) => string): string {
  if (atMost === undefined) return atLeast === 0 ? 'unknown' : `${format(atLeast)} or more`
  const [least, most] = [format(atLeast), format(atMost)]
  return least === most ? least : `${least} – ${most}`
}

function percent(share: number): string {
  return share < 0.001 ? '< 0.1 %' : `${(share * 100).toFixed(1)} %`
}

function inSeconds(minutes: number): string {
  return shortDuration(minutes * 60_000)
}
