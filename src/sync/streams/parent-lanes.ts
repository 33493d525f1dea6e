import { counting } from '../../common/counting.js'

/** However many streams there are: each batch waits for its slowest response, and small ones wait more often. */
const LEAST = 10

/** Rows are held in memory until those of the parents before them are emitted. */
const MOST = 100

/** How many parents the streams that cost a request per parent read at once. */
export class ParentLanes {
  private batches = 0

  /** `concurrency`: how many requests at once use the whole rate limit, as things are. */
  constructor(private readonly concurrency: () => number = () => 1) {}

  /** For the next batch of a stream: alone it uses the whole rate limit, beside others its share. */
  get forBatch(): number {
    const share = Math.ceil(this.concurrency() / (this.batches + 1))
    return Math.min(MOST, Math.max(LEAST, share))
  }

  /** The same, while it counts as a batch that is read. */
  inBatch<T>(parts: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
    return counting(parts, (change) => (this.batches += change))
  }
}
