import type { StreamSpec } from '../../src/manifest/stream.js'
import { replaceGenerated } from './markers.js'

/** acceptance-test-config.yml with the streams that have no cursor, which its incremental tests leave out. */
export function acceptanceConfig(manifest: readonly StreamSpec[], current: string): string {
  const lines = manifest
    .filter(({ cursorField }) => cursorField === undefined)
    .map(({ name }) => `            - { name: ${name}, bypass_reason: full refresh only }`)
  return replaceGenerated(current, 'streams without a cursor', lines)
}
