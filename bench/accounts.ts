/*
 * How long a first sync of an account takes, by its size and plan; computed, not measured. Prints the table of
 * docs/performance.md: npx tsx bench/accounts.ts
 */
import { REQUESTS_PER_WINDOW, type PricingPlan } from '../src/pipedrive/limits/pricing-plans.js'

const ROWS = [10_000, 100_000, 1_000_000, 5_000_000, 20_000_000, 50_000_000]
const ROWS_PER_REQUEST = 500
const TOKENS_PER_REQUEST = 10
const WINDOW_S = 2
/** Slots of the burst window that are used, whatever the latency; see "Limits" in docs/architecture.md. */
const USED_SLOTS = 0.97

/** A seat adds 30,000 tokens a day, times this: https://pipedrive.readme.io/docs/core-api-concepts-rate-limiting */
const TOKENS_PER_SEAT = 30_000
const MULTIPLIERS = { lite: 1, growth: 2, professional: 2, premium: 5, ultimate: 7 } satisfies Record<
  PricingPlan,
  number
>

const ACCOUNTS: readonly { plan: PricingPlan; seats: number }[] = [
  { plan: 'lite', seats: 1 },
  { plan: 'lite', seats: 10 },
  { plan: 'growth', seats: 25 },
  { plan: 'premium', seats: 50 },
  { plan: 'ultimate', seats: 200 },
]

/** The time that the burst limit allows, or the days that the daily budget takes; with what bounds it. */
function duration(requests: number, { plan, seats }: (typeof ACCOUNTS)[number]): string {
  const seconds = (requests / (REQUESTS_PER_WINDOW[plan] * USED_SLOTS)) * WINDOW_S
  const days = (requests * TOKENS_PER_REQUEST) / (TOKENS_PER_SEAT * MULTIPLIERS[plan] * seats)
  return days > 1 ? `${Math.ceil(days)} days (budget)` : `${timeText(seconds)} (rate)`
}

function timeText(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.ceil(seconds))} s`
  return seconds < 5_400 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`
}

/** A Markdown table. */
export function accountTable(): string {
  const title = ({ plan, seats }: (typeof ACCOUNTS)[number]) =>
    `${plan.charAt(0).toUpperCase()}${plan.slice(1)}, ${seats} ${seats === 1 ? 'seat' : 'seats'}`
  const rows = [
    ['Rows', 'Requests', 'Tokens', ...ACCOUNTS.map(title)],
    ...ROWS.map((size) => {
      const requests = size / ROWS_PER_REQUEST
      const numbers = [size, requests, requests * TOKENS_PER_REQUEST].map((number) =>
        number.toLocaleString('en'),
      )
      return [...numbers, ...ACCOUNTS.map((account) => duration(requests, account))]
    }),
  ]
  const widths =
    rows[0]?.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0))) ?? []
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const [head = [], ...body] = rows
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n')
}

if (process.argv[1]?.endsWith('accounts.ts')) console.log(accountTable())
