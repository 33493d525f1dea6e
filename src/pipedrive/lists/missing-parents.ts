import { failureKind } from '../http/api-error.js'

/** A parent that was deleted or hidden; a missing scope is another kind and never skipped. */
const MISSING_PARENT: ReadonlySet<string> = new Set(['not_found', 'gone', 'forbidden'])

/** When so many single parents are missing and nothing was ever answered, it may be the list that is missing. */
export const MAX_MISSING_UNANSWERED = 3

/** When so many single parents in a row are forbidden, the token may have lost the permission for the list. */
const MAX_FORBIDDEN_IN_A_ROW = 10

/** Which parents were refused is remembered of so many: enough to ask for others. */
const REMEMBERED = 1_000

/** Ids that the parents' list has now. */
export type ListedParents = () => Promise<readonly string[]>

/** Requests the children of a parent. */
type Ask = (id: string) => Promise<unknown>

/**
 * Tells parents that are gone from a list of children that is: requests are refused in the same way. Whether archived
 * parents are refused is undocumented; there may be any number of them.
 */
export class MissingParents {
  private hasAnswered = false
  private readonly refused = new Set<string>()
  private lastRefusal: unknown
  private forbiddenInARow = 0
  private maxForbidden = MAX_FORBIDDEN_IN_A_ROW

  /** `listed` is asked when all parents that were requested are refused. Absent: the list is missing then. */
  constructor(private readonly listed?: ListedParents) {}

  /** Whether the list of children was ever answered. */
  get answered(): boolean {
    return this.hasAnswered
  }

  recordAnswer(): void {
    this.hasAnswered = true
    this.forbiddenInARow = 0
  }

  /**
   * Of a single parent. Rejects with the error if it is the list that is missing. Without `ask`, that is what many
   * refusals mean; with it, others are asked for before.
   */
  async recordMissing(id: string, error: unknown, ask?: Ask): Promise<void> {
    if (this.refused.size < REMEMBERED) this.refused.add(id)
    this.lastRefusal = error
    this.forbiddenInARow = failureKind(error) === 'forbidden' ? this.forbiddenInARow + 1 : 0
    const isListInDoubt =
      (!this.hasAnswered && this.refused.size >= MAX_MISSING_UNANSWERED) ||
      this.forbiddenInARow >= this.maxForbidden
    if (!isListInDoubt) return
    // Others that are refused at the same time do not ask again.
    this.maxForbidden *= 2
    if (!ask || (await this.answersOthers(ask)) !== true) throw error
    this.recordAnswer()
  }

  /** At the end of a batch: rejects with the refusal of its parents if the list refuses all others as well. */
  async assertAnswers(ask: Ask): Promise<void> {
    if (this.hasAnswered || this.refused.size === 0) return
    if ((await this.answersOthers(ask)) === false) throw this.lastRefusal
  }

  /** Undefined where there are no others to ask for, and the refused ones are not listed any more. */
  private async answersOthers(ask: Ask): Promise<boolean | undefined> {
    const listed = await this.listed?.()
    if (!listed) return undefined
    const others = listed.filter((id) => !this.refused.has(id))
    for (const id of others.slice(0, MAX_MISSING_UNANSWERED)) {
      try {
        await ask(id)
        return true
      } catch (error) {
        if (!isMissingParent(error)) throw error
      }
    }
    // Those that are still listed cannot be gone.
    return listed.length > 0 ? false : undefined
  }
}

export function isMissingParent(error: unknown): boolean {
  return MISSING_PARENT.has(failureKind(error) ?? '')
}
