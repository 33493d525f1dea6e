import type { Store } from './store.js'
import type { Switches } from './switches.js'

/** What serving rows needs besides the request itself. */
export interface ListContext {
  readonly store: Store
  readonly switches: Switches
  readonly companyId: number
  /** Milliseconds since the epoch, by the sandbox's clock. */
  readonly now: number
  /** Differs per request: unstable orders and volatile values depend on it. */
  readonly requestNumber: number
}
