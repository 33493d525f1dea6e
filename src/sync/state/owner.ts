import { configError } from '../../airbyte/errors.js'
import { readable } from '../../airbyte/readable.js'
import type { Account, TokenOwner } from '../../pipedrive/account.js'
import type { StreamState } from './codec.js'

/** Whether the token's owner may see rows that the last one could not. */
export function seesMore(before: TokenOwner, now: TokenOwner): boolean {
  return now.admin ? !before.admin : now.user !== before.user
}

/** A stored access token does not say what was granted: it has the scopes of the last run. */
export function withKnownScopes(
  account: Account,
  streams: readonly { readonly state: Pick<StreamState, 'tokenOwner'> | undefined }[],
): Account {
  const { tokenOwner } = account
  const scopes =
    tokenOwner.scopes ?? streams.find(({ state }) => state?.tokenOwner?.scopes)?.state?.tokenOwner?.scopes
  return scopes === undefined ? account : { ...account, tokenOwner: { ...tokenOwner, scopes } }
}

/** Rows of two companies in one warehouse could not be distinguished any more: nothing is read. */
export function assertSameCompany(
  state: Pick<StreamState, 'company'> | undefined,
  { companyId, companyName }: Account,
): void {
  if (state?.company === undefined || state.company === companyId) return
  throw configError(
    `The saved state belongs to another Pipedrive company (${state.company}) than the token (${companyId}, ${readable(companyName)}). ` +
      'Use a token of the same company, or clear the data and start over.',
  )
}
