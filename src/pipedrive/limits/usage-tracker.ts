export interface Spending {
  requests: number
  tokens: number
}

/** What the run has spent, by the purpose that requests were made for; retries count like any other attempt. */
export class Ledger {
  private readonly byPurpose = new Map<string, Spending>()

  charge(purpose: string, tokens: number): void {
    const spending = this.of(purpose)
    this.byPurpose.set(purpose, { requests: spending.requests + 1, tokens: spending.tokens + tokens })
  }

  of(purpose: string): Spending {
    return this.byPurpose.get(purpose) ?? { requests: 0, tokens: 0 }
  }

  total(): Spending {
    const all = [...this.byPurpose.values()]
    return {
      requests: all.reduce((sum, { requests }) => sum + requests, 0),
      tokens: all.reduce((sum, { tokens }) => sum + tokens, 0),
    }
  }
}
