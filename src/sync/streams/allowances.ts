import type { Account } from '../../pipedrive/account.js'
import type { StreamSpec } from '../../manifest/stream.js'
import type { StreamState } from '../state/codec.js'
import { Allowance } from './allowance.js'

export interface AllowanceShares {
  readonly account: Account
  /** The share of the day's tokens for streams that cost a request per parent. */
  readonly perParentShare?: number
  /** The same for the rolling verification of lists; 0: none. */
  readonly verificationShare?: number
  /** The company's tokens per day above the reserve, if they are known. */
  readonly dailyTokens?: () => number | undefined
}

export interface Allowances {
  readonly perParent: Allowance
  readonly verification: Allowance
}

/** What may be spent in this run for each purpose, after what the streams have spent on it before. */
export function allowancesOf(
  streams: readonly { readonly stream: StreamSpec; readonly state: StreamState | undefined }[],
  { account, perParentShare = 1, verificationShare = 0, dailyTokens = () => undefined }: AllowanceShares,
): Allowances {
  // By the server's clock, which states are written by.
  const ahead = account.serverTime - Date.now()
  const now = () => Date.now() + ahead
  const allowance = (share: number, purpose: 'spent' | 'spentOnVerification') => {
    const before = streams.map(({ stream, state }) => [stream.name, state?.[purpose] ?? {}] as const)
    return new Allowance({ share, dailyTokens, now }, new Map(before))
  }
  return {
    perParent: allowance(perParentShare, 'spent'),
    verification: allowance(verificationShare, 'spentOnVerification'),
  }
}
