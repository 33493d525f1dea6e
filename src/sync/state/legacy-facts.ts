import { isObject } from '../../common/is-object.js'
import type { SavedFacts } from '../../pipedrive/lists/list-facts.js'
import type { Saved } from './position-codec.js'

/** The first edition kept when it had last looked for rows without a time, and found none. */
export function legacyFacts(
  saved: Saved,
  lists: readonly { readonly name: string }[],
): Record<string, SavedFacts> {
  const further = isObject(saved.lists) ? saved.lists : {}
  const known = lists.flatMap(({ name }, index): [string, SavedFacts][] => {
    const part = index === 0 ? saved : further[name]
    if (!isObject(part) || typeof part.probed !== 'string' || isObject(part.undated)) return []
    return [[name, { undatedRows: { value: 'none', at: part.probed } }]]
  })
  return Object.fromEntries(known)
}
