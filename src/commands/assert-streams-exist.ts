import { configError } from '../airbyte/errors.js'
import { suggestions } from '../common/did-you-mean.js'

/** Throws a config error for names of a command line that are not among the known ones. */
export function assertStreamsExist(names: readonly string[], known: readonly string[]): void {
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length === 0) return
  const [noun, verb] = unknown.length === 1 ? ['stream', 'does'] : ['streams', 'do']
  // After a list of all streams, a suggestion would go unseen.
  const hint = suggestions(unknown, known) || ` Available streams: ${known.join(', ')}.`
  throw configError(`The ${noun} ${unknown.join(', ')} ${verb} not exist.${hint}`)
}
