import type { StreamSpec } from '../../manifest/stream.js'
import { BURST_WINDOW_MS } from '../../pipedrive/limits/rate-limit-headers.js'
import { MAX_MISSING_UNANSWERED } from '../../pipedrive/lists/missing-parents.js'
import { longer, plus, sum, times, together, total, type Range } from './range.js'
import { neverMarksEnd, type ListSize } from './size.js'

/** What reading one list costs. */
export interface Estimate {
  /** The list's stream. */
  stream: string
  /** The streams that the list is read for. */
  readFor: string[]
  rows: Range
  requests: Range
  tokens: Range
  /** Share of the company's daily budget, if known: 0.1 is a tenth. */
  shareOfDay?: Range
  minutes: Range
  /** Tokens per thousand further rows; for children, per thousand parents that have children. */
  tokensPerThousand: number
}

/** The sum of all lists and the account. It has no upper bounds if a list has none; `unbounded` names these. */
export interface Total extends Pick<Estimate, 'requests' | 'tokens' | 'shareOfDay' | 'minutes'> {
  unbounded: string[]
}

/** What is read within a daily allowance, and in how many days at most; see `unbounded` above. */
export interface OverDays extends Pick<Total, 'tokens' | 'unbounded'> {
  tokensPerDay: number
  days: number
}

/** How fast the sync can send requests. */
export interface Pace {
  /** Requests per two seconds. */
  requestsPerWindow: number
  roundTripMs: number
  /** The company's daily budget. */
  dailyTokens: number | undefined
}

const MINUTE_MS = 60_000

/** An estimate per list, then one per child stream: children are read per parent, not as a list. */
export function estimateLists(
  lists: readonly ({ list: StreamSpec; streams: readonly StreamSpec[] } & ListSize)[],
  pace: Pace,
): Estimate[] {
  const children = new Map<string, Estimate>()
  const parents = new Map<string, Range>()
  const estimates = lists.map(({ list, streams, ...size }) => {
    for (const stream of streams.filter(({ strategy }) => strategy.kind === 'children')) {
      const own = size.parents.get(stream.name)
      if (own) parents.set(stream.name, together(parents.get(stream.name), own))
      children.set(stream.name, estimateChildren(stream, parents.get(stream.name), pace))
    }
    const names = streams.map(({ name }) => name)
    return estimateList(list, names, size, pace)
  })
  return [...estimates, ...children.values()]
}

/**
 * Children of single parents cost at most a request for each: rows may count theirs, and most have one page. So do
 * those of a batch of parents; the last batch of each list may not be full.
 */
function estimateChildren(stream: StreamSpec, parents: Range | undefined, pace: Pace): Estimate {
  const estimate = estimateList(stream, [stream.name], UNKNOWN_SIZE, pace)
  if (parents?.atMost === undefined) return estimate
  const size = rowsPerRequest(stream)
  // Where the account lacks the feature, single parents are tried after the first batch.
  const extra = size === 1 ? 0 : 1 + (stream.feature ? MAX_MISSING_UNANSWERED : 0)
  const requests = {
    atLeast: size === 1 || stream.feature ? 0 : Math.ceil(parents.atLeast / size),
    atMost: parents.atMost === 0 ? 0 : Math.ceil(parents.atMost / size) + extra,
  }
  const tokens = times(requests, stream.cost)
  const minutes = times(requests, BURST_WINDOW_MS / pace.requestsPerWindow / MINUTE_MS)
  return { ...estimate, requests, ...costOf(tokens, pace), minutes }
}

const UNKNOWN_SIZE: ListSize = { rows: { atLeast: 0 }, extraRequests: 0, parents: new Map() }

/** What the request for the account costs, with which every sync begins. */
export const ACCOUNT = { requests: 1, tokens: 2 } as const

function estimateList(
  list: StreamSpec,
  readFor: string[],
  { rows, extraRequests }: ListSize,
  pace: Pace,
): Estimate {
  const requests = plus(pagesOf(list, rows), extraRequests)
  // The pages of a list are read one after another, whatever the rate limit allows.
  const perRequestMs = Math.max(pace.roundTripMs, BURST_WINDOW_MS / pace.requestsPerWindow)
  return {
    stream: list.name,
    readFor,
    rows,
    requests,
    ...costOf(times(requests, list.cost), pace),
    minutes: times(requests, perRequestMs / MINUTE_MS),
    tokensPerThousand: (1000 * list.cost) / rowsPerRequest(list),
  }
}

/**
 * Lists are read concurrently: they take as long as the rate limit requires, and at least as long as the longest
 * list.
 */
export function estimateTotal(estimates: readonly Estimate[], pace: Pace): Total {
  const requests = plus(total(estimates.map((estimate) => estimate.requests)), ACCOUNT.requests)
  const tokens = plus(total(estimates.map((estimate) => estimate.tokens)), ACCOUNT.tokens)
  const byRate = times(requests, BURST_WINDOW_MS / pace.requestsPerWindow / MINUTE_MS)
  return {
    requests,
    ...costOf(tokens, pace),
    minutes: estimates.map(({ minutes }) => minutes).reduce(longer, byRate),
    unbounded: estimates.filter(({ tokens }) => tokens.atMost === undefined).map(({ stream }) => stream),
  }
}

/** Pages of v1 overlap by a row, and the last page brings nothing new. */
function pagesOf(list: StreamSpec, { atLeast, atMost }: Range): Range {
  const { strategy, parts, paging, pageSize, feature } = list
  if (strategy.kind === 'children') return { atLeast: 0 }
  const count = parts?.length ?? 1
  if (paging === 'none') return { atLeast: count, atMost: count }
  // The first part of a list that the account lacks is the last.
  const least = feature && atMost === 0 ? 1 : count
  if (count > 1)
    return {
      atLeast: least,
      ...(atMost !== undefined && atMost < pageSize && { atMost: mostOfShortParts(list, count, atMost) }),
    }
  const pages = (rows: number, size: number) => Math.max(1, Math.ceil(rows / size))
  const most = (rows: number) => (paging === 'offset' ? pages(rows, pageSize - 1) + 1 : pages(rows, pageSize))
  const fitsOnePage = atMost !== undefined && atMost < pageSize
  return {
    atLeast: pages(atLeast, pageSize),
    ...(atMost !== undefined && { atMost: fitsOnePage ? 1 : most(atMost) }),
  }
}

/** Without a marker, a page is followed by another one. After a single row that one is empty, and requested again. */
function mostOfShortParts(list: StreamSpec, count: number, rows: number): number {
  return neverMarksEnd(list) ? 2 * count + Math.min(count, rows) : count
}

function rowsPerRequest({ strategy, paging, pageSize }: StreamSpec): number {
  if (strategy.kind === 'children') return strategy.read.kind === 'batch' ? strategy.read.size : 1
  return paging === 'none' ? Infinity : pageSize
}

function costOf(tokens: Range, { dailyTokens }: Pace): Pick<Estimate, 'tokens' | 'shareOfDay'> {
  return { tokens, ...(dailyTokens !== undefined && { shareOfDay: times(tokens, 1 / dailyTokens) }) }
}

/** How long it takes to read these lists, with so many tokens a day; undefined without lists. */
export function overDays(
  lists: readonly Pick<Estimate, 'stream' | 'tokens'>[],
  tokensPerDay: number,
): OverDays | undefined {
  if (lists.length === 0) return undefined
  const unbounded = lists.filter(({ tokens }) => tokens.atMost === undefined).map(({ stream }) => stream)
  const tokens = sum(lists.map((list) => list.tokens))
  const days = Math.ceil((tokens.atMost ?? 0) / Math.max(1, tokensPerDay))
  return { tokensPerDay, tokens, days, unbounded }
}
