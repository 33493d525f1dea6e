import { ListFacts, type SavedFacts } from '../../pipedrive/lists/list-facts.js'

/** What is known of each list, gathered from the states of all streams that read it. */
export class FactsBook {
  private readonly facts = new Map<string, ListFacts>()
  private readonly saved = new Map<string, SavedFacts>()

  constructor(states: readonly Readonly<Record<string, SavedFacts>>[]) {
    for (const state of states) for (const [list, facts] of Object.entries(state)) this.merge(list, facts)
  }

  of(list: string): ListFacts {
    const known = this.facts.get(list) ?? new ListFacts(this.saved.get(list))
    this.facts.set(list, known)
    return known
  }

  /** Of two states that know the same thing, the newer one counts. */
  private merge(list: string, facts: SavedFacts): void {
    const known: Record<string, SavedFacts[string]> = { ...this.saved.get(list) }
    for (const [name, fact] of Object.entries(facts)) {
      const other = known[name]
      if (!other || fact.at > other.at) known[name] = fact
    }
    this.saved.set(list, known)
  }
}
