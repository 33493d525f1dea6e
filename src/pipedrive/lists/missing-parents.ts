import { failureKind } from '../http/api-error.js'

/** A parent that was deleted or hidden; a missing scope is another kind and never skipped. */
const MISSING_PARENT: ReadonlySet<string> = new Set(['not_found', 'gone', 'forbidden'])

/** When so many single parents are missing and nothing was ever answered, it is the list that is missing. */
export const MAX_MISSING_UNANSWERED = 3

/** When so many single parents in a row are forbidden, the token has lost the permission for the list. */
const MAX_FORBIDDEN_IN_A_ROW = 10

/** Ids that the parents' list has now. */
export type ListedParents = () => Promise<readonly string[]>

/** Tells parents that are gone from a list of children that is: requests are refused in the same way. */
export class MissingParents {
  private hasAnswered = false
  private missing = 0
  private lastMissing: unknown
  private forbiddenInARow = 0

  /** `listed` is asked when all parents that were requested are refused. Absent: then they are gone. */
  constructor(private readonly listed?: ListedParents) {}

  /** Whether the list of children was ever answered. */
  get answered(): boolean {
    return this.hasAnswered
  }

  recordAnswer(): void {
    this.hasAnswered = true
    this.forbiddenInARow = 0
  }

  /** Of a single parent. Throws the error if it is the list that is missing. */
  recordMissing(error: unknown): void {
    this.missing += 1
    this.lastMissing = error
    this.forbiddenInARow = failureKind(error) === 'forbidden' ? this.forbiddenInARow + 1 : 0
    if (!this.hasAnswered && this.missing >= MAX_MISSING_UNANSWERED) throw error
    if (this.forbiddenInARow >= MAX_FORBIDDEN_IN_A_ROW) throw error
  }

  /** Throws the refusal of the missing parents if the list refuses others as well. `ask`: for a parent's children. */
  async assertAnswers(ids: readonly string[], ask: (id: string) => Promise<unknown>): Promise<void> {
    if (this.hasAnswered || this.missing === 0) return
    const listed = await this.listed?.()
    if (!listed) return
    const others = listed.filter((id) => !ids.includes(id))
    for (const id of others.slice(0, MAX_MISSING_UNANSWERED)) {
      try {
        await ask(id)
        return
      } catch (error) {
        if (!isMissingParent(error)) throw error
      }
    }
    // Where there is no other parent, those that are still listed cannot be gone.
    if (others.length > 0 || ids.some((id) => listed.includes(id))) throw this.lastMissing
  }
}

export function isMissingParent(error: unknown): boolean {
  return MISSING_PARENT.has(failureKind(error) ?? '')
}
