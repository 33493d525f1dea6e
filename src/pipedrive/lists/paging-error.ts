/** The API did what its documents rule out; reading on could lose rows or never end. */
export class PagingError extends Error {
  override name = 'PagingError' as const
}
