import { configError, ConnectorError } from '../../airbyte/errors.js'
import { readable } from '../../airbyte/readable.js'
import type { StreamSpec } from '../../manifest/stream.js'
import type { Account } from '../../pipedrive/account.js'
import { decodeState, type StateMode, type StreamState } from './codec.js'
import { stateShape } from './positions.js'

/** The state to continue from, or why there is none although there should be. */
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

/** Rows of two companies in one warehouse could not be distinguished any more: nothing is read. */
export function assertSameCompany(state: StreamState | undefined, { companyId, companyName }: Account): void {
  if (state?.company === undefined || state.company === companyId) return
  throw configError(
    `The saved state belongs to another Pipedrive company (${state.company}) than the token (${companyId}, ${readable(companyName)}). ` +
      'Use a token of the same company, or clear the data and start over.',
  )
}
