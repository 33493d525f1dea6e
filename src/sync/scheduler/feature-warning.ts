import { log, type Emission } from '../../airbyte/messages.js'
import type { StreamEmitter } from '../streams/stream-emitter.js'

/** The stream is left out because the account lacks the feature. */
export function featureWarning({ stream }: StreamEmitter, feature: string): Emission {
  return log('WARN', `${stream.name} stays empty: the Pipedrive account does not have ${feature}.`)
}
