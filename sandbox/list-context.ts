import type { Store } from './store.js'
import type { Switches } from './switches.js'

/** What answering a list takes, besides the request. */
export interface ListContext {
  readonly store: Store
  readonly switches: Switches
  readonly companyId: number
}
