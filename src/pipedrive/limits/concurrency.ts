import { BURST_WINDOW_MS } from './rate-limit-headers.js'

/** The weight of the newest round trip in the running mean. */
const NEWEST_WEIGHT = 0.2

/** The running mean of round trips, in milliseconds. */
export function meanRoundTrip(mean: number | undefined, newestMs: number): number {
  return mean === undefined ? newestMs : mean + (newestMs - mean) * NEWEST_WEIGHT
}

/**
 * How many lists to read concurrently to use the whole rate limit: each list requests its next page after it has
 * received the previous one. Twice what the round trips alone would need, because pages also have to be written.
 */
export function concurrencyFor(requestsPerWindow: number, roundTripMs: number): number {
  return Math.ceil((2 * requestsPerWindow * roundTripMs) / BURST_WINDOW_MS) + 1
}
