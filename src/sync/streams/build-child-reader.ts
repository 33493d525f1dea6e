import { isPerParent } from '../../manifest/stream.js'
import type { ComparedChildren } from '../state/compared-children.js'
import type { Disappearances } from '../state/disappearances.js'
import type { Allowance } from './allowance.js'
import { ChildReader } from './child-reader.js'
import { childSource } from './child-source.js'
import type { ChildVerificationOptions } from './child-reader-options.js'
import type { ChildSource } from './children.js'
import type { Families } from './families.js'
import { ParentLanes } from './parent-lanes.js'
import type { StreamEmitter } from './stream-emitter.js'
import type { StreamOptions } from './stream-options.js'
import { viewerOf } from './viewer.js'

/** What is known of the children. */
interface Known {
  readonly families: Families | undefined
  readonly compared: ComparedChildren | undefined
  readonly gone: Disappearances | undefined
}

/** Undefined: the stream's rows are no children. */
export function buildChildReader(
  emitter: StreamEmitter,
  options: StreamOptions,
  { families, ...known }: Known,
): ChildReader | undefined {
  const { stream, state, account, lookbackMs, lists } = options
  const { strategy } = stream
  if (strategy.kind !== 'children') return undefined
  const allowance = isPerParent(stream) ? options.allowances.perParent : undefined
  return new ChildReader(emitter, {
    strategy,
    source: sourceOf(options, allowance),
    lists: lists.length,
    settledBefore: account.serverTime - lookbackMs,
    knownUntil: state?.childrenUntil,
    allowance,
    families,
    verification: verificationOf(options, known),
  })
}

function verificationOf(
  options: StreamOptions,
  { compared, gone }: Omit<Known, 'families'>,
): ChildVerificationOptions | undefined {
  const { stream, account, allowances, noticedAt, removesDeleted, lookbackMs, verifiesOnly = false } = options
  const { strategy } = stream
  if (strategy.kind !== 'children' || !compared || !gone) return undefined
  const allowance = allowances.verification
  return {
    parentKey: strategy.parentKey,
    impliedBy: strategy.impliedBy,
    isParentGone: (parent) => options.isGone(strategy.of, parent),
    compared,
    gone,
    source: sourceOf(options, allowance, true),
    terms: {
      allowance,
      isAtOnce: verifiesOnly,
      viewer: viewerOf(account),
      seesAll: account.tokenOwner.admin,
      now: account.serverTime,
    },
    noticedAt,
    removesDeleted,
    settledBefore: account.serverTime - lookbackMs,
  }
}

/** Requests are spent from the allowance. `isLast`: everything else is requested before. */
function sourceOf(options: StreamOptions, allowance: Allowance | undefined, isLast = false): ChildSource {
  const { stream, lists: parts, facts, shared } = options
  const { strategy } = stream
  if (strategy.kind !== 'children') throw new TypeError(`The rows of ${stream.name} are no children.`)
  const request = shared.requestOf(stream, (sent) => {
    allowance?.spend(stream.name, sent.cost)
    return options.request(sent)
  })
  const lists = parts.map(({ list }) => list)
  // What a run compares is counted in batches, which must not grow.
  const lanes = isLast ? new ParentLanes() : options.parentLanes
  return childSource(strategy, { stream, lists, facts, request, lanes, isLast })
}
