import type { Estimate, OverDays, Total } from './cost.js'

/** What the next sync would cost, and what the estimate cost. For people and scripts, not for the platform. */
export interface EstimateReport {
  company: string
  /** Whether none of the streams has been read before. */
  isFirstSync: boolean
  requestsPerTwoSeconds: number
  dailyTokens?: { limit: number; left: number }
  /** The request for the account, with which every sync begins. */
  account: { requests: number; tokens: number }
  lists: Estimate[]
  total: Total
  /** Absent without streams that cost a request per parent. */
  backlog?: OverDays
  /** What comparing lists costs, once a day; absent where none is compared. */
  verification?: OverDays
  spent: { requests: number; tokens: number }
}
