import type { JsonObject } from '../../airbyte/messages.js'
import { isObject } from '../../common/is-object.js'
import type { TokenOwner } from '../../pipedrive/account.js'

const FULL_REFRESH_MARKER = '__ab_full_refresh_sync_complete'
/** What the platform stores when a full refresh is complete; ours, and those of Airbyte's Python sources. */
const MARKERS = [FULL_REFRESH_MARKER, '__ab_no_cursor_state_message']

export const FULL_REFRESH_COMPLETE: JsonObject = { [FULL_REFRESH_MARKER]: true }

/** A marker, or one for each partition that the list was read in. */
export function isFullRefreshComplete(saved: Readonly<Record<string, unknown>>): boolean {
  if (MARKERS.some((marker) => marker in saved)) return true
  const partitions: unknown[] = Array.isArray(saved.states) ? saved.states : []
  return (
    partitions.length > 0 &&
    partitions.every((part) => isObject(part) && isObject(part.cursor) && isFullRefreshComplete(part.cursor))
  )
}

/** Undefined for what is not a set of snapshots. */
export function parseSnapshots(saved: unknown): Readonly<Record<string, string>> | undefined {
  if (!isObject(saved)) return undefined
  return Object.fromEntries(
    Object.entries(saved).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}

/** Undefined for what does not describe a token's owner. */
export function parseOwner(value: unknown): TokenOwner | undefined {
  if (!isObject(value)) return undefined
  const { user, admin, permissions, scopes } = value
  return {
    user: Number(user),
    admin: admin === true,
    ...(typeof permissions === 'string' && { permissions }),
    ...(typeof scopes === 'string' && { scopes }),
  }
}
