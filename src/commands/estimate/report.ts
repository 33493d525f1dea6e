import type { Estimate, Total } from './cost.js'

/** What the next sync would cost, and what the estimate cost. For people and scripts, not for the platform. */
export interface EstimateReport {
  company: string
  requestsPerTwoSeconds: number
  dailyTokens?: { limit: number; left: number }
  lists: Estimate[]
  total: Total
  spent: { requests: number; tokens: number }
}
