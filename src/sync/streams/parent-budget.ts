import { log, type Emission } from '../../airbyte/messages.js'
import { count } from '../../common/wording.js'
import type { ChildStrategy } from '../../manifest/child-strategy.js'
import { tooDearAtOnce, type Allowance } from './allowance.js'
import type { QueuedParent } from './parent-queue.js'
import type { StreamEmitter } from './stream-emitter.js'
import { isUnmoved } from './stays.js'

/** What the children of parents may cost. Without an allowance, they cost what they cost. */
export class ParentBudget {
  constructor(
    private readonly emitter: StreamEmitter,
    private readonly strategy: ChildStrategy,
    private readonly allowance: Allowance | undefined,
  ) {}

  /** How many requests for a parent each may be sent now. */
  get requests(): number {
    return this.allowance?.affords(this.cost) ?? Infinity
  }

  /** Whether parents may be read that show no change. */
  get allowsReread(): boolean {
    return this.allowance?.allowsReread === true
  }

  affords(parents: readonly QueuedParent[]): boolean {
    return this.requestsFor(parents) <= this.requests
  }

  /** Keeps what the parents cost until the returned function is called. */
  hold(parents: readonly QueuedParent[]): () => void {
    const tokens = this.requestsFor(parents) * this.cost
    this.allowance?.hold(tokens)
    return () => this.allowance?.release(tokens)
  }

  /** Throws if the next run would start over. */
  spent(): Emission {
    const { emitter, allowance } = this
    const { name } = emitter.stream
    const tokens = count(allowance?.total ?? 0, 'token')
    if (emitter.mode === 'full_refresh') throw tooDearAtOnce(name, tokens)
    const reason = `the ${tokens} that streams with a request per parent may cost within 24 hours are spent`
    return log('INFO', `${name}: ${reason}. The next syncs go on from here, newest parents first.`)
  }

  private get cost(): number {
    return this.emitter.stream.cost
  }

  /** Of parents whose rows are worked out without a request, none. */
  private requestsFor(parents: readonly QueuedParent[]): number {
    const { derive } = this.strategy
    return parents.filter(({ row }) => !derive || !row || !isUnmoved(row, derive)).length
  }
}
