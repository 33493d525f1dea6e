import type { Account } from '../../pipedrive/account.js'

/** Who sees the lists, and with which permissions: another text, and a row may be missing without being deleted. */
export function viewerOf({
  tokenOwner: { user, admin, permissions = '' },
}: Pick<Account, 'tokenOwner'>): string {
  return [user, admin ? 'admin' : 'user', permissions].join(' ')
}
