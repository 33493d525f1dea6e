import type { Client } from '../pipedrive/client.js'
import { startOf, type Time } from '../common/time.js'

/** Whose token it is, and what time the server has. */
export interface Account {
  userName: string
  companyId: number | undefined
  companyName: string
  viewer: Viewer
  serverTime: Time
}

/** Who reads: what the token's owner may see is all that there is. */
export interface Viewer {
  user: number
  admin: boolean
}

/** One cheap request (2 tokens) that also tells whether the token works. */
export async function readAccount(client: Client): Promise<Account> {
  const answer = await client.request({ api: 'v1', path: '/users/me', cost: 2, label: 'account' })
  const me = (answer.body.data ?? {}) as Record<string, unknown>
  return {
    userName: text(me.name) ?? 'unknown user',
    companyId: typeof me.company_id === 'number' ? me.company_id : undefined,
    companyName: text(me.company_name) ?? text(me.company_domain) ?? 'unknown company',
    viewer: { user: Number(me.id), admin: isAdmin(me.access) },
    serverTime: startOf(answer),
  }
}

/** `access` has an entry an app; the one for deals, people and activities is called sales. */
function isAdmin(access: unknown): boolean {
  const apps = Array.isArray(access) ? (access as { app?: unknown; admin?: unknown }[]) : []
  return apps.some(({ app, admin }) => admin === true && (app === 'sales' || app === 'global'))
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
