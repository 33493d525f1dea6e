import type { StreamSpec } from '../../manifest/stream.js'
import type { FactName, ListFacts, SavedFacts } from '../../pipedrive/lists/list-facts.js'
import type { StreamState } from '../state/codec.js'

export interface FactOptions {
  readonly stream: StreamSpec
  readonly lists: readonly { readonly list: StreamSpec }[]
  readonly facts: { of(list: string): ListFacts }
  /** By the names of the lists of settings that the run may leave out. */
  readonly names: { has(list: string): boolean }
}

/** Of whose facts the stream's state speaks: its own, and those of its lists. */
export function factNames({ stream, lists }: FactOptions): readonly string[] {
  return [...new Set([stream.name, ...lists.map(({ list }) => list.name)])]
}

export function savedFacts(options: FactOptions): StreamState['facts'] {
  const { facts, stream, names } = options
  const own = factNames(options).map((name) => [name, facts.of(name).toJSON()] as const)
  // Of the settings that the stream refers to: what it found that they lack, should they not be read in this run.
  const referred = [...new Set(Object.values(stream.refersTo))].filter((name) => names.has(name))
  const lacking = referred.map((name) => [name, pick(facts.of(name).toJSON(), 'lacksNameOf')] as const)
  return Object.fromEntries([...lacking, ...own].filter(([, saved]) => Object.keys(saved).length > 0))
}

function pick(facts: SavedFacts, name: FactName): SavedFacts {
  const { [name]: fact } = facts
  return fact ? { [name]: fact } : {}
}
