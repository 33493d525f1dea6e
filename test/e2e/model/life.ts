import { expect } from '@jest/globals'
import { read } from '../../support/connector.js'
import { oauthConfig, storedConfigs } from '../../support/oauth.js'
import type { Output } from '../../support/output.js'
import type { Draw } from '../../support/random.js'
import type { PipedriveServer } from '../../support/sandbox.js'
import { travel } from '../../support/time.js'
import { Company } from './company.js'
import { DAY, drawTraits, MINUTE, STREAMS, type Traits } from './traits.js'
import { Warehouse } from './warehouse.js'

/** Syncs of a busy company, before it becomes quiet. */
const SYNCS = 8
/** A budget that ends every run lets each stream get further every day. */
const MAX_DAYS = 60

interface StateEntry {
  stream: { stream_descriptor: { name: string } }
}

interface SyncResult {
  readonly isSuccess: boolean
  /** Streams that completed. */
  readonly complete: readonly string[]
  readonly output: Output
}

/** A company, its warehouse, and what the platform stores between the syncs. */
export class Life {
  syncs = 0
  private readonly company: Company
  private readonly traits: Traits
  private readonly warehouse = new Warehouse()
  private readonly states = new Map<string, StateEntry>()
  private config: object

  constructor(
    pipedrive: PipedriveServer,
    seed: number,
    private readonly draw: Draw,
  ) {
    this.traits = drawTraits(draw)
    this.company = new Company(pipedrive, seed, this.traits, draw)
    const more = { lookback_minutes: this.traits.lookbackMinutes }
    this.config = this.traits.oauth ? oauthConfig(this.company.sandbox, {}, more) : more
  }

  async live(): Promise<void> {
    for (let at = 0; at < SYNCS; at += 1) {
      const { isSuccess } = await this.sync(
        at >= this.traits.allFrom ? STREAMS : this.traits.firstStreams,
        true,
      )
      this.company.liveOn()
      if (!isSuccess && this.traits.dailyTokens !== undefined) travel(DAY)
    }
    this.company.isBusy = false
    this.company.resetFaults()
    await this.expectTruthAfterTwoSyncs()
  }

  /** What happened last may not show yet in the first sync; archives are verified a day later. */
  private async expectTruthAfterTwoSyncs(): Promise<void> {
    const first = await this.syncUntilSuccess()
    travel(DAY + MINUTE)
    const second = await this.syncUntilSuccess()
    const complete = second.complete.filter((stream) => first.complete.includes(stream))
    this.warehouse.expectTruth(this.company.sandbox, complete)
    // The budget of the day may be spent.
    travel(DAY)
    const third = await this.sync(STREAMS, false)
    const { volatileValues } = this.company.sandbox.switches
    const emitted = STREAMS.flatMap((stream) => {
      if (volatileValues && ['files', 'users'].includes(stream)) return []
      // That a row was deleted is only certain once it is missing in two walks, where pages do not mark their end.
      const rows = third.output.records(stream).filter(({ is_deleted }) => is_deleted !== true)
      return rows.map(({ id }) => `${stream} ${String(id)}`)
    })
    expect(emitted).toEqual([])
  }

  private async syncUntilSuccess(): Promise<SyncResult> {
    for (let day = 0; day < MAX_DAYS; day += 1) {
      const result = await this.sync(STREAMS, false)
      if (result.isSuccess || this.traits.dailyTokens === undefined) return result
      travel(DAY)
    }
    throw new Error(`The syncs of ${MAX_DAYS} days did not get to an end.`)
  }

  private async sync(streams: readonly string[], mayBeKilled: boolean): Promise<SyncResult> {
    this.syncs += 1
    const { sandbox } = this.company
    this.company.syncBegins()
    const whole = await read(sandbox, { streams, state: [...this.states.values()], config: this.config })
    this.expectAllowedErrors(whole)
    const isKilled = mayBeKilled && this.draw.random() < 0.35
    const output = isKilled ? whole.cutAfter(1 + this.draw.below(whole.text.split('\n').length)) : whole
    this.warehouse.load(output)
    for (const entry of output.stateFile() as StateEntry[])
      this.states.set(entry.stream.stream_descriptor.name, entry)
    this.config = storedConfigs(output).at(-1) ?? this.config
    if (whole.exitCode === 0 && !isKilled && streams.length === STREAMS.length) this.company.syncSucceeded()
    const complete = streams.filter((stream) => output.statuses(stream).includes('COMPLETE'))
    return { isSuccess: whole.exitCode === 0, complete, output }
  }

  /** The budget may end a run; a list that breaks the API's own rules may be refused, but not read wrongly. */
  private expectAllowedErrors(output: Output): void {
    const { tieOrder, v1PageMarkers, v2PageMarkers } = this.company.sandbox.switches
    const mayBeUnreliable =
      tieOrder === 'unstable' || v1PageMarkers === 'absent' || v2PageMarkers === 'absent'
    const unexpected = output.errors().filter(({ message }) => {
      if (message.includes('daily API budget is spent')) return this.traits.dailyTokens === undefined
      return !(mayBeUnreliable && message.includes('cannot be read reliably'))
    })
    expect(unexpected).toEqual([])
  }
}
