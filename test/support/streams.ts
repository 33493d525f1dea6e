import { manifest } from '../../src/manifest/manifest.js'
import { isPerParent } from '../../src/manifest/stream.js'

/** Streams that cost no request per parent: what a company of some size is read with. */
export const listStreams: readonly string[] = manifest
  .filter((stream) => !isPerParent(stream))
  .map(({ name }) => name)

export const perParentStreams: readonly string[] = manifest.filter(isPerParent).map(({ name }) => name)
