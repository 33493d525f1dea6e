import { isObject } from '../../common/is-object.js'
import type { TokenOwner } from '../../pipedrive/account.js'

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
  const { user, admin, permissions } = value
  return {
    user: Number(user),
    admin: admin === true,
    ...(typeof permissions === 'string' && { permissions }),
  }
}
