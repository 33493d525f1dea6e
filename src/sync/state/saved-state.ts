import { ConnectorError } from '../../airbyte/errors.js'
import type { StreamSpec } from '../../manifest/stream.js'
import { decodeState, type StateMode, type StreamState } from './codec.js'
import { stateShape } from './positions.js'

/** The state to continue from; an error: it cannot be used; undefined: the stream begins anew. */
export function savedState(
  stream: StreamSpec,
  mode: StateMode,
  raw: Readonly<Record<string, unknown>> | undefined,
  manifest: readonly StreamSpec[],
): StreamState | ConnectorError | undefined {
  if (stream.cursorField === undefined) return undefined
  try {
    return decodeState(raw, stateShape(stream, manifest), mode)
  } catch (error) {
    if (error instanceof ConnectorError) return error
    throw error
  }
}
