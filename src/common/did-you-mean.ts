import { closest, distance } from 'fastest-levenshtein'

/** A word that differs in more than this share of its characters is another word. */
const MOST_DIFFERENT = 0.4

/** ` Did you mean "deals"?` for a misspelled name; empty if no known name is similar. */
export function didYouMean(word: string, known: readonly string[]): string {
  const written = word.toLowerCase()
  if (known.length === 0 || known.includes(word)) return ''
  const nearest = closest(written, [...known])
  const isSimilar = distance(written, nearest) <= Math.max(1, Math.floor(nearest.length * MOST_DIFFERENT))
  return isSimilar ? ` Did you mean "${nearest}"?` : ''
}

/** The same for several words: names each one with its suggestion. */
export function suggestions(words: readonly string[], known: readonly string[]): string {
  const found = words
    .map((word) => [word, didYouMean(word, known)] as const)
    .filter(([, hint]) => hint !== '')
  if (words.length === 1) return found[0]?.[1] ?? ''
  return found.map(([word, hint]) => hint.replace('Did you mean', `For ${word}: did you mean`)).join('')
}
