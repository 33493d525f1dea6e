import type { StreamSpec } from '../../src/manifest/stream.js'

const FUTURE = '2999-12-31T00:00:00Z'

/** A state of every incremental stream with a cursor in the future: the acceptance tests expect no records after it. */
export function futureState(manifest: readonly StreamSpec[]): string {
  const states = manifest.flatMap(({ name, cursorField }) => {
    if (cursorField === undefined) return []
    return [{ stream_descriptor: { name }, stream_state: { [cursorField]: FUTURE } }]
  })
  return JSON.stringify(
    states.map((stream) => ({ type: 'STREAM', stream })),
    null,
    2,
  )
}
