import { listOfWords } from '../common/wording.js'
import { hasOwnList, listedIn } from '../manifest/listed-in.js'
import { isPerParent, type StreamSpec } from '../manifest/stream.js'
import type { Client } from '../pipedrive/client.js'
import { ApiError } from '../pipedrive/http/api-error.js'
import { missingFeature } from '../sync/error-messages.js'

/** Why the connection cannot read a stream. */
export interface Obstacle {
  stream: string
  /** Any of these would remove it; empty if the account lacks a feature. */
  scopes: readonly string[]
  feature?: string
}

/** The streams whose scopes the connection lacks. API tokens have no scopes: `granted` is undefined then. */
export function missingScopes(
  streams: readonly StreamSpec[],
  granted: readonly string[] | undefined,
): Obstacle[] {
  if (!granted) return []
  return streams.flatMap((stream) => {
    // Children are read together with their parents, and nested rows with the rows around them.
    const others = listedIn(stream)
    const own = hasOwnList(stream) || stream.strategy.kind === 'children' ? [stream] : []
    const lists = [...own, ...streams.filter(({ name }) => others.includes(name))]
    const missing = lists.filter(({ scopes }) => !scopes.some((scope) => granted.includes(scope)))
    const needed = new Set(missing.flatMap(({ scopes }) => scopes.slice(0, 1)))
    return needed.size > 0 ? [{ stream: stream.name, scopes: [...needed] }] : []
  })
}

/** The streams whose feature the account lacks: one request per feature, of a list that can be read without parents. */
export async function missingFeatures(streams: readonly StreamSpec[], client: Client): Promise<Obstacle[]> {
  const byFeature = new Map<string, StreamSpec[]>()
  for (const stream of streams)
    if (stream.feature)
      byFeature.set(stream.feature.name, [...(byFeature.get(stream.feature.name) ?? []), stream])
  const found = await Promise.all(
    [...byFeature].map(async ([feature, ofFeature]) => {
      const probe = ofFeature.find((stream) => !isPerParent(stream))
      if (!probe || !(await isRefused(probe, client))) return []
      return ofFeature.map(({ name }) => ({ stream: name, scopes: [], feature }))
    }),
  )
  return found.flat()
}

/** Whether Pipedrive says that the account lacks the feature; any other failure leaves the question open. */
async function isRefused(stream: StreamSpec, client: Client): Promise<boolean> {
  const { name, api, path, params, paging, cost, strategy } = stream
  // The children of a row that need not exist.
  const parents =
    strategy.kind === 'children' && strategy.read.kind === 'batch' ? { [strategy.read.param]: '1' } : {}
  const limit = paging === 'none' ? {} : { limit: '1' }
  const sent = { api, path, params: { ...params, ...parents, ...limit }, cost, label: name }
  try {
    await client.request(sent)
    return false
  } catch (error) {
    if (error instanceof ApiError) return missingFeature(error, stream) !== undefined
    throw error
  }
}

/** `57 streams readable, 2 not: legacy_teams (the account does not have teams), goals (goals:read is missing).` */
export function readabilityLine(streams: readonly StreamSpec[], obstacles: readonly Obstacle[]): string {
  const names = streams
    .map(({ name }) => name)
    .filter((name) => obstacles.some(({ stream }) => stream === name))
  if (names.length === 0) return `All ${streams.length} streams are readable.`
  const reasons = new Map<string, string[]>()
  for (const name of names) {
    const reason = reasonOf(obstacles.filter(({ stream }) => stream === name))
    reasons.set(reason, [...(reasons.get(reason) ?? []), name])
  }
  const groups = [...reasons].map(([reason, group]) => `${listOfWords(group)} (${reason})`)
  return `${streams.length - names.length} streams readable, ${names.length} not: ${groups.join('; ')}.`
}

function reasonOf(obstacles: readonly Obstacle[]): string {
  const scopes = [...new Set(obstacles.flatMap((obstacle) => obstacle.scopes))]
  if (scopes.length > 0) return `${scopes.length === 1 ? 'scope' : 'scopes'} missing: ${scopes.join(', ')}`
  return `the account does not have ${obstacles.find(({ feature }) => feature)?.feature ?? 'the feature'}`
}
