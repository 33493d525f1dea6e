import { changesAreCompared, type StreamSpec } from '../../manifest/stream.js'
import type { SyncPlan } from '../../sync/plan.js'
import type { BuiltStream } from '../../sync/streams/build-stream.js'
import type { Estimate } from './cost.js'
import type { Range } from './range.js'

type Cost = Pick<Estimate, 'stream' | 'tokens'>

/**
 * What comparing each list once costs: by the keys that a state has of it, or else by what its first reading costs.
 * Lists that are read whole in each sync cost nothing more.
 */
export function verificationCosts(plan: SyncPlan, estimates: readonly Estimate[]): Cost[] {
  if (plan.verification.total === 0) return []
  const compared = plan.streams.filter(
    ({ emitter, reports }) =>
      !changesAreCompared(emitter.stream) && reports().some(({ known }) => known !== undefined),
  )
  const names = compared.map(({ emitter }) => emitter.stream.name)
  // The list of parents is walked for the children alone where it is not compared itself.
  const parents = new Set(compared.flatMap(parentLists).filter((name) => !names.includes(name)))
  const first = (name: string): Range => ({
    ...estimates.find(({ stream }) => stream === name)?.tokens,
    atLeast: 0,
  })
  return [
    ...compared.map((stream) => costOf(stream, first)),
    ...[...parents].map((name) => ({ stream: name, tokens: first(name) })),
  ]
}

function costOf({ emitter: { stream }, reports }: BuiltStream, first: (name: string) => Range): Cost {
  const [{ known = 0 } = {}] = reports()
  if (known === 0) return { stream: stream.name, tokens: first(stream.name) }
  return {
    stream: stream.name,
    tokens: { atLeast: 0, atMost: Math.ceil(known / perRequest(stream)) * stream.cost },
  }
}

/** Each parent in a batch has a child at least. */
function perRequest({ strategy, pageSize }: StreamSpec): number {
  return strategy.kind === 'children' && strategy.read.kind === 'batch' ? strategy.read.size : pageSize
}

function parentLists({ emitter }: BuiltStream): string[] {
  const parents = emitter.parts.filter(({ role, cursor }) => role === 'parents' && !cursor.roster)
  return parents.map(({ list }) => list)
}
