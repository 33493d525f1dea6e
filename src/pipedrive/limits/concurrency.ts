const WINDOW_MS = 2_000

/** The weight of the newest round trip in the running mean. */
const NEWEST = 0.2

/** How long answers take, lately. */
export function meanRoundTrip(mean: number | undefined, newestMs: number): number {
  return mean === undefined ? newestMs : mean + (newestMs - mean) * NEWEST
}

/**
 * How many lists to read side by side so that the allowance is used up: each asks for its next page when it has the
 * last one. Twice what the answers alone would need, as pages also have to be written.
 */
export function listsAtOnce(requestsPerWindow: number, roundTripMs: number): number {
  return Math.ceil((2 * requestsPerWindow * roundTripMs) / WINDOW_MS) + 1
}
