import type { Client } from '../pipedrive/client.js'
import { startOf, type Time } from './time.js'

/** Whose token it is, and what time the server has. */
export interface Account {
  userName: string
  companyId: number | undefined
  companyName: string
  serverTime: Time
}

/** One cheap request (2 tokens) that also tells whether the token works. */
export async function readAccount(client: Client): Promise<Account> {
  const answer = await client.get({ api: 'v1', path: '/users/me', cost: 2, purpose: 'account' })
  const me = (answer.body.data ?? {}) as Record<string, unknown>
  return {
    userName: text(me.name) ?? 'unknown user',
    companyId: typeof me.company_id === 'number' ? me.company_id : undefined,
    companyName: text(me.company_name) ?? text(me.company_domain) ?? 'unknown company',
    serverTime: startOf(answer),
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
