import { hash } from 'node:crypto'
import stringify from 'safe-stable-stringify'
import { isObject } from '../common/is-object.js'
import { isCredible, serverTimeAtSend, type Time } from '../common/time.js'
import type { Client } from './client.js'
import { ApiError } from './http/api-error.js'

/** Whose token it is, and what time the server has. */
export interface Account {
  userName: string
  companyId: number
  companyName: string
  tokenOwner: TokenOwner
  /** When the request was sent, by the server's clock as far as the response tells it. */
  serverTime: Time
  /** Whether the response has the server's time, and it is near the local one. */
  isServerTimeCredible: boolean
}

/** What the owner of the token may see is all that a sync can read. */
export interface TokenOwner {
  user: number
  admin: boolean
  /** A hash of what the owner is allowed to do; absent in states of earlier versions. */
  permissions?: string
  /** A hash of the scopes that were granted; absent where they are not known, and with an API token. */
  scopes?: string
}

/**
 * One cheap request (2 tokens) that also tells whether the token works. Throws ApiError if the response has no
 * account.
 */
export async function readAccount(client: Client): Promise<Account> {
  const response = await client.request({
    api: 'v1',
    path: '/users/me',
    params: {},
    cost: 2,
    label: 'account',
  })
  const me = isObject(response.body.data) ? response.body.data : {}
  const [userId, companyId] = [idIn(me.id), idIn(me.company_id)]
  if (userId === undefined || companyId === undefined) {
    const missing = userId === undefined ? 'no user' : 'no company'
    throw new ApiError({ kind: 'no_account', detail: `${missing} in the response` }, 'GET /users/me')
  }
  return {
    userName: text(me.name) ?? 'unknown user',
    companyId,
    companyName: text(me.company_name) ?? text(me.company_domain) ?? 'unknown company',
    tokenOwner: {
      user: userId,
      admin: isAdmin(me.access),
      // Permission sets and role decide which records a user may see.
      permissions: hashOf([me.access, me.role_id]),
      ...(client.scopes && { scopes: hashOf([...new Set(client.scopes)].sort()) }),
    },
    serverTime: serverTimeAtSend(response),
    isServerTimeCredible: isCredible(response),
  }
}

function idIn(value: unknown): number | undefined {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined
}

/** `access` has an entry per app; the one for deals, people and activities is called sales. */
function isAdmin(access: unknown): boolean {
  const apps = Array.isArray(access) ? (access as { app?: unknown; admin?: unknown }[]) : []
  return apps.some(({ app, admin }) => admin === true && (app === 'sales' || app === 'global'))
}

function hashOf(value: unknown): string {
  return hash('sha1', stringify(value) ?? '').slice(0, 8)
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
