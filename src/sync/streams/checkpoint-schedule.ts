/** When a stream writes a state. */
const POLICY = {
  /** At most so many records, or so much time, lie between what was written and the state that says so… */
  everyRecords: 2_000,
  everyMs: 5_000,
  /**
   * …unless the states of the run would grow beyond a tenth of its records. A little less, as the last one always
   * goes out.
   */
  recordsPerState: 12,
  /** States up to this size always may. */
  smallState: 16_384,
  /** Progress without records is kept as well, if less often. */
  slowMs: 2 * 60_000,
  /** The platform ends streams that show neither records nor states for an hour. */
  heartbeatMs: 10 * 60_000,
} satisfies Record<string, number>

/** Decides when the next state of a stream is due. Sizes in characters, times in milliseconds. */
export class CheckpointSchedule {
  private statedChanges = 0
  private stateSize = 0
  private records = 0
  private size = 0
  private at: number

  constructor(private readonly now: () => number) {
    this.at = now()
  }

  /** Whether records were written that no state covers yet. */
  get isPending(): boolean {
    return this.records > 0
  }

  /** What had changed by the last state. */
  get changes(): number {
    return this.statedChanges
  }

  wrote(records: number, size: number): void {
    this.records += records
    this.size += size
  }

  /** `changes` grows with everything that the next state would say differently. */
  isDue(changes: number): boolean {
    const silentMs = this.now() - this.at
    if (silentMs >= POLICY.heartbeatMs) return true
    if (changes === this.statedChanges && !this.isPending) return false
    if (this.records < POLICY.everyRecords && silentMs < POLICY.everyMs) return false
    return silentMs >= POLICY.slowMs || this.size >= this.stateSize * POLICY.recordsPerState
  }

  /** Whether a state of the last size may be written before records of so many characters. */
  isWorthwhile(size: number): boolean {
    return this.size + size >= this.stateSize * POLICY.recordsPerState || this.stateSize <= POLICY.smallState
  }

  stated(changes: number, stateSize: number): void {
    this.statedChanges = changes
    this.stateSize = stateSize
    this.records = 0
    this.size = 0
    this.at = this.now()
  }
}
