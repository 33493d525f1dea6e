import { counting } from '../../common/counting.js'
import { PagesInHand } from './pages-in-hand.js'

/**
 * How many pages a run reads side by side. Each unit has a lane; where none waits, units take further lanes for slices
 * of their lists.
 */
export class Lanes {
  /** What the lanes have brought. */
  readonly pages = new PagesInHand()
  private units = 0
  private further = 0

  /** `most`: as things are; the limits of the API and the time of a round trip change it. */
  constructor(private readonly most: () => number = () => 1) {}

  /** How many units may be read now. */
  get forUnits(): number {
    return this.most() - this.further
  }

  /** The same, while it counts as a unit that is read. */
  inUnit<T>(items: AsyncGenerator<T>): AsyncGenerator<T> {
    return counting(items, (change) => (this.units += change))
  }

  /** Further lanes for one unit, which have to be given back. */
  forUnit(): FurtherLanes {
    return new FurtherLanes(
      () => this.units + this.further < this.most(),
      (change) => (this.further += change),
    )
  }
}

export class FurtherLanes {
  private taken = 0

  constructor(
    /** Whether one of them is left. */
    readonly isFree: () => boolean,
    private readonly count: (change: number) => void,
  ) {}

  /** Takes a lane if one is free. */
  take(): boolean {
    if (!this.isFree()) return false
    this.change(1)
    return true
  }

  giveBack(): void {
    if (this.taken > 0) this.change(-1)
  }

  /** Of a unit that has ended, or failed. */
  giveAllBack(): void {
    this.change(-this.taken)
  }

  private change(change: number): void {
    this.taken += change
    this.count(change)
  }
}
