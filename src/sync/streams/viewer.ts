import type { Account } from '../../pipedrive/account.js'

/** Who sees the lists, and what is allowed: another text, and a row may be missing without being deleted. */
export function viewerOf({
  tokenOwner: { user, admin, permissions = '', scopes },
}: Pick<Account, 'tokenOwner'>): string {
  return [user, admin ? 'admin' : 'user', permissions, ...(scopes === undefined ? [] : [scopes])].join(' ')
}
