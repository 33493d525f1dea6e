import type { StreamSpec } from '../manifest/stream.js'
import { BURST_WINDOW_MS } from '../pipedrive/limits/rate-limit-headers.js'
import type { Range } from './size.js'

/** What reading one list will take. */
export interface Estimate {
  /** The list's stream. */
  stream: string
  /** Whom it is read for. */
  readFor: string[]
  rows: Range
  requests: Range
  tokens: Range
  /** Of the company's daily budget, where that is known: 0.1 is a tenth. */
  shareOfDay?: Range
  minutes: Range
  /** What a thousand rows more cost. Of children: a thousand parents that have some. */
  tokensPerThousand: number
}

/** All lists together. The upper bounds leave out the lists that have none. */
export interface Total extends Pick<Estimate, 'requests' | 'tokens' | 'shareOfDay' | 'minutes'> {
  unbounded: string[]
}

/** What the sync has to go by. */
export interface Pace {
  requestsPerWindow: number
  roundTripMs: number
  /** The company's tokens of a day. */
  dailyTokens: number | undefined
}

const MINUTE_MS = 60_000

/** `further`: requests that a list needs beside its pages. */
export function estimateList(
  stream: StreamSpec,
  readFor: string[],
  rows: Range,
  further: number,
  pace: Pace,
): Estimate {
  const requests = plus(pagesOf(stream, rows), further)
  // A list's pages come one after another, whatever the rate allows.
  const perRequestMs = Math.max(pace.roundTripMs, BURST_WINDOW_MS / pace.requestsPerWindow)
  return {
    stream: stream.name,
    readFor,
    rows,
    requests,
    ...costOf(times(requests, stream.cost), pace),
    minutes: times(requests, perRequestMs / MINUTE_MS),
    tokensPerThousand: (1000 * stream.cost) / unitOf(stream),
  }
}

/** Side by side lists take as long as the rate allows, and no shorter than the longest of them. */
export function estimateTotal(estimates: readonly Estimate[], pace: Pace): Total {
  const requests = sum(estimates.map((estimate) => estimate.requests))
  const byRate = times(requests, BURST_WINDOW_MS / pace.requestsPerWindow / MINUTE_MS)
  return {
    requests,
    ...costOf(sum(estimates.map(({ tokens }) => tokens)), pace),
    minutes: estimates.map(({ minutes }) => minutes).reduce(longer, byRate),
    unbounded: estimates.filter(({ tokens }) => tokens.atMost === undefined).map(({ stream }) => stream),
  }
}

/** v1's pages overlap by a row, and end with one that brings nothing new. */
function pagesOf({ strategy, paging, pageSize }: StreamSpec, { atLeast, atMost }: Range): Range {
  if (strategy.kind === 'children') return { atLeast: 0 }
  if (paging === 'none') return { atLeast: 1, atMost: 1 }
  const pages = (rows: number, size: number) => Math.max(1, Math.ceil(rows / size))
  const most = (rows: number) => (paging === 'offset' ? pages(rows, pageSize - 1) + 1 : pages(rows, pageSize))
  const fitsOnePage = atMost !== undefined && atMost < pageSize
  return {
    atLeast: pages(atLeast, pageSize),
    ...(atMost !== undefined && { atMost: fitsOnePage ? 1 : most(atMost) }),
  }
}

function unitOf({ strategy, paging, pageSize }: StreamSpec): number {
  if (strategy.kind === 'children') return strategy.batch.size
  return paging === 'none' ? Infinity : pageSize
}

function costOf(tokens: Range, { dailyTokens }: Pace): Pick<Estimate, 'tokens' | 'shareOfDay'> {
  return { tokens, ...(dailyTokens !== undefined && { shareOfDay: times(tokens, 1 / dailyTokens) }) }
}

function times({ atLeast, atMost }: Range, factor: number): Range {
  return { atLeast: atLeast * factor, ...(atMost !== undefined && { atMost: atMost * factor }) }
}

function plus({ atLeast, atMost }: Range, count: number): Range {
  return { atLeast: atLeast + count, ...(atMost !== undefined && { atMost: atMost + count }) }
}

function sum(ranges: readonly Range[]): Range {
  return {
    atLeast: ranges.reduce((total, { atLeast }) => total + atLeast, 0),
    atMost: ranges.reduce((total, range) => total + bound(range), 0),
  }
}

function longer(a: Range, b: Range): Range {
  return { atLeast: Math.max(a.atLeast, b.atLeast), atMost: Math.max(bound(a), bound(b)) }
}

function bound({ atLeast, atMost = atLeast }: Range): number {
  return atMost
}
