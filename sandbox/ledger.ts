export interface LedgerEntry {
  readonly at: number
  readonly method: string
  readonly path: string
  readonly params: Readonly<Record<string, string>>
  readonly status: number
  readonly tokens: number
  readonly stream?: string
  readonly authKind: 'api_token' | 'oauth' | 'none'
  /** The token, or OAuth client, whose rate-limit window it counts in. */
  readonly token: string
}

export interface Usage {
  requests: number
  tokens: number
}

export interface Ledger {
  /** Requests with a token or client id of this sandbox, valid or expired. */
  readonly entries: readonly LedgerEntry[]
  /** How many other requests came: of another sandbox, or without a token. */
  readonly strays: number
  clear(): void
  byStream(): Record<string, Usage>
  /** How many requests got each status; 0: no response. */
  byStatus(): Record<number, number>
  /** Most requests of one token, rejected ones too, within any rolling window. */
  busiestWindow(ms?: number): number
}

/** An entry is final when the response is known. */
export interface OpenEntry {
  close(outcome: Partial<LedgerEntry>): void
}

export interface WritableLedger extends Ledger {
  begin(entry: LedgerEntry): OpenEntry
  countStray(): void
}

export function createLedger(): WritableLedger {
  let entries: LedgerEntry[] = []
  let strays = 0
  return {
    get entries() {
      return entries
    },
    get strays() {
      return strays
    },
    clear: () => {
      entries = []
      strays = 0
    },
    countStray: () => {
      strays += 1
    },
    begin: (first) => {
      const own = entries
      const index = own.push(first) - 1
      return { close: (outcome) => void (own[index] = { ...first, ...outcome }) }
    },
    byStream: () => {
      const usage: Record<string, Usage> = {}
      for (const { stream = 'other', tokens } of entries) {
        const sum = (usage[stream] ??= { requests: 0, tokens: 0 })
        sum.requests += 1
        sum.tokens += tokens
      }
      return usage
    },
    byStatus: () => {
      const counts: Record<number, number> = {}
      for (const { status } of entries) counts[status] = (counts[status] ?? 0) + 1
      return counts
    },
    busiestWindow: (ms = 2000) => busiestWindow(entries, ms),
  }
}

function busiestWindow(entries: readonly LedgerEntry[], ms: number): number {
  const windows = new Map<string, number[]>()
  let busiest = 0
  for (const { at, token } of entries) {
    const window = (windows.get(token) ?? []).filter((earlier) => at - earlier < ms)
    window.push(at)
    windows.set(token, window)
    busiest = Math.max(busiest, window.length)
  }
  return busiest
}
