export interface Usage {
  requests: number
  /** Tokens of the company's daily budget. */
  tokens: number
}

/** Counts the requests and tokens of this run by label. Every attempt counts, retries included. */
export class UsageTracker {
  private readonly byLabel = new Map<string, Usage>()

  record(label: string, tokens: number): void {
    const usage = this.of(label)
    this.byLabel.set(label, { requests: usage.requests + 1, tokens: usage.tokens + tokens })
  }

  of(label: string): Usage {
    return this.byLabel.get(label) ?? { requests: 0, tokens: 0 }
  }

  total(): Usage {
    const all = [...this.byLabel.values()]
    return {
      requests: all.reduce((sum, { requests }) => sum + requests, 0),
      tokens: all.reduce((sum, { tokens }) => sum + tokens, 0),
    }
  }
}
