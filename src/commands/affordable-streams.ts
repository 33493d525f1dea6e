import { manifest } from '../manifest/manifest.js'
import { isPerParent } from '../manifest/stream.js'

/** What is selected unless streams are named: streams that cost a request per parent have to be chosen with care. */
export function affordableStreams(): readonly string[] {
  return manifest.filter((stream) => !isPerParent(stream)).map(({ name }) => name)
}
