import type { Row, Sandbox } from '../../../sandbox/sandbox.js'
import type { PipedriveServer } from '../../support/sandbox.js'
import type { Draw } from '../../support/random.js'
import { travel } from '../../support/time.js'
import { DAY, MINUTE, STREAMS, type Traits } from './traits.js'

const EDITED = STREAMS.filter((stream) => stream !== 'deal_products')
const CREATED = ['deals', 'persons', 'activities', 'leads', 'notes', 'files'] as const
const VANISHING = ['persons', 'activities', 'notes', 'files', 'leads'] as const
/** Lists that may respond once as if they were empty, or not at all. */
const FAULTY = [
  '/deals',
  '/deals/archived',
  '/persons',
  '/activities',
  '/leads',
  '/leads/archived',
  '/notes',
  '/files',
]

/** A company in which things happen at random, also while it is read. */
export class Company {
  readonly sandbox: Sandbox
  isBusy = true
  private readonly faulted = new Set<string>()
  /** Archived rows when the present sync began, and when the last one began that read everything. */
  private archivedNow: ReadonlySet<unknown> = new Set()
  private archivedBefore: ReadonlySet<unknown> = new Set()

  constructor(
    pipedrive: PipedriveServer,
    seed: number,
    readonly traits: Traits,
    private readonly draw: Draw,
  ) {
    const { switches, nullTimes, dailyTokens } = traits
    this.sandbox = pipedrive.open({
      ...{ seed, deals: 24, nullTimes, switches },
      ...(dailyTokens !== undefined && { dailyTokens }),
    })
    this.fillArchive()
    this.resetFaults()
    this.sandbox.onRequest(() => {
      this.duringRead()
    })
  }

  /** Some of what happens between two syncs. */
  liveOn(): void {
    this.resetFaults()
    for (let changes = this.draw.below(6); changes > 0; changes -= 1) {
      this.happen()
      if (this.draw.random() < 0.5) travel(this.draw.below(2 * MINUTE))
    }
    travel(this.draw.below(5) * this.draw.below(5) * MINUTE + (this.draw.random() < 0.1 ? DAY : 0))
  }

  /** What is left of the faults of the last sync must not meet with those of the next one. */
  resetFaults(): void {
    const { stalling } = this.traits
    const { faults } = this.sandbox
    this.faulted.clear()
    faults.clear()
    if (stalling === undefined) return
    faults.inject({ path: stalling, whenLimitAbove: 80, times: Infinity, fault: { kind: 'stall' } })
  }

  private duringRead(): void {
    if (!this.isBusy) return
    const { random, below } = this.draw
    if (random() < 0.2) this.happen()
    if (random() < 0.2) travel(below(3000))
    if (random() < 0.03) this.fail()
  }

  /** Once per list and sync, so that no response to a repeated request is wrong as well. */
  private fail(): void {
    const path = this.draw.pick(FAULTY)
    const kind = this.draw.pick(['empty', 'empty', 'truncated', 'reset', 'burst429'] as const)
    if (this.faulted.has(path)) return
    this.faulted.add(path)
    this.sandbox.faults.inject({ path, fault: { kind } })
  }

  /** One thing that happens in the company, if it can. */
  private happen(): void {
    const event = this.draw.random()
    if (event < 0.03) this.editMany()
    else if (event < 0.42) this.edit()
    else if (event < 0.55) this.create()
    else if (event < 0.63) this.remove(this.draw.pick(VANISHING))
    else if (event < 0.67) this.remove(this.draw.pick(['deals', 'deals_archived']))
    else if (event < 0.69) this.convert()
    else if (event < 0.82) this.archive()
    else if (event < 0.93) this.restore()
    else this.editItem()
  }

  private row(stream: string): Row | undefined {
    const rows = this.sandbox.rows(stream)
    return rows[this.draw.below(rows.length)]
  }

  private edit(): void {
    const stream = this.draw.pick(EDITED)
    const one = this.row(stream)
    const text = `Edited ${this.draw.below(1e6)}`
    const changes = stream === 'notes' ? { content: text } : { name: text, title: text }
    if (one) this.sandbox.edit(stream, one.id as number, changes)
  }

  /** As an import does: in one second. */
  private editMany(): void {
    const stream = this.draw.pick(EDITED)
    const text = `Imported ${this.draw.below(1e6)}`
    for (const { id } of this.sandbox.rows(stream).slice(this.draw.below(10), 12))
      this.sandbox.edit(stream, id as number, { name: text, title: text, content: text })
  }

  private create(): void {
    const stream = this.draw.pick(CREATED)
    this.sandbox.create(stream, stream === 'leads' ? { id: this.drawUuid() } : {})
  }

  private remove(stream: string): void {
    const one = this.row(stream)
    if (one) this.sandbox.remove(stream, one.id as number)
  }

  private convert(): void {
    const lead = this.row('leads')
    if (lead) this.sandbox.convertLead(lead.id as string)
  }

  private archive(): void {
    const stream = this.draw.pick(['deals', 'leads'] as const)
    const one = this.row(stream)
    const isFree = this.sandbox.switches.archiveTime === 'free' && this.draw.random() < 0.5
    const archiveTime = Date.now() + (this.draw.random() - 0.8) * 400 * DAY
    if (one) this.sandbox.archive(stream, one.id as number, isFree ? { archiveTime } : {})
  }

  syncBegins(): void {
    const rows = ['deals_archived', 'leads_archived'].flatMap((stream) => this.sandbox.rows(stream))
    this.archivedNow = new Set(rows.map(({ id }) => id))
  }

  /** The sync has read all streams. */
  syncSucceeded(): void {
    this.archivedBefore = this.archivedNow
  }

  /**
   * A row that moves to the archive and back around one sync, and without its time, is missing in both lists when they
   * are read (docs/streams.md). So only rows are restored that a sync can have seen in the archive.
   */
  private restore(): void {
    const stream = this.draw.pick(['deals', 'leads'] as const)
    const one = this.row(`${stream}_archived`)
    if (!this.sandbox.switches.archivingMovesUpdateTime && !this.archivedBefore.has(one?.id)) return
    if (one) this.sandbox.restore(stream, one.id as number)
  }

  private editItem(): void {
    const item = this.row('deal_products')
    if (item) this.sandbox.edit('deal_products', item.id as number, { quantity: this.draw.below(100) })
  }

  /** Rows that were archived long ago, some in the same second. */
  private fillArchive(): void {
    const { stream, rows } = this.traits.largeArchive ?? { stream: 'deals', rows: 0 }
    for (let at = 0; at < rows; at += 1) {
      const time = new Date(Math.floor((Date.now() - (500 - at / 3) * DAY) / 1000) * 1000).toISOString()
      const text = stream === 'deals' ? time.replace('.000Z', 'Z') : time
      const data = { is_archived: true, add_time: text, update_time: text, archive_time: text }
      this.sandbox.create(
        stream,
        { ...data, ...(stream === 'leads' && { id: this.drawUuid() }) },
        { touch: false },
      )
    }
  }

  private drawUuid(): string {
    const digits = (count: number) =>
      Array.from({ length: count }, () => this.draw.below(16).toString(16)).join('')
    return `${digits(8)}-${digits(4)}-4${digits(3)}-8${digits(3)}-${digits(12)}`
  }
}
