import { afterAll, describe, expect, jest, test } from '@jest/globals'
import type { Row, Sandbox, Switches } from '../../sandbox/sandbox.js'
import { makeAdmin } from '../support/admin.js'
import { read } from '../support/connector.js'
import type { Output } from '../support/output.js'
import { drawing, type Draw } from '../support/random.js'
import { pipedriveServer } from '../support/sandbox.js'
import { firstSeed } from '../support/seeds.js'
import { inVirtualTime, travel } from '../support/time.js'

/*
 * What happens to records, and to the permissions of the token's owner, is drawn at random. After each sync no record
 * that lives may be listed as deleted, and in the end each that is gone has to be, and each that lives has been read.
 */
const pipedrive = pipedriveServer()
const FIRST_SEED = firstSeed()
const COMPANIES = Number(process.env.MODEL_COMPANIES ?? 2)
const SYNCS = 8
/** Complete walks after which everything has to be found: one whose viewer is new, and one that finds the same. */
const LAST_SYNCS = 3
const START = Date.parse('2026-03-02T08:00:00Z')
const HOUR = 3_600_000

const STREAMS = ['deals', 'persons', 'leads', 'notes', 'stages', 'deal_products'] as const
type Stream = (typeof STREAMS)[number]

class Company {
  readonly sandbox: Sandbox
  readonly streams: readonly string[]
  private readonly hidden = new Map<string, Set<number | string>>()
  private readonly emitted = new Map<string, Map<string, Row>>()
  private readonly deleted = new Map<string, Row>()
  private states = new Map<string, object>()

  constructor(
    private readonly draw: Draw,
    seed: number,
  ) {
    const { pick } = draw
    const switches: Partial<Switches> = {
      deletedById: pick(['absent', 'returned', 'gone']),
      archivingMovesUpdateTime: pick([true, false]),
      lineItemMovesDeal: pick([true, false]),
      tieOrder: pick(['by-id', 'by-id', 'unstable']),
      v1PageMarkers: pick(['full', 'full', 'absent']),
      v2PageMarkers: pick(['full', 'full', 'absent']),
    }
    const pageCap = switches.v2PageMarkers === 'absent' ? 500 : pick([4, 500])
    this.sandbox = pipedrive.open({ seed, deals: 10, switches: { ...switches, pageCap } })
    const archives = ['deals_archived', 'leads_archived'].filter(() => draw.random() < 0.5)
    this.streams = [...STREAMS, ...archives, 'deletions']
  }

  /** A few things that happen between two syncs. */
  liveOn(): void {
    for (let events = this.draw.below(4); events > 0; events -= 1) this.happen()
    travel(this.draw.random() < 0.7 ? 25 * HOUR : HOUR)
  }

  becomeQuiet(): void {
    this.sandbox.faults.clear()
    this.becomeAdmin()
  }

  async sync(mayBeKilled: boolean): Promise<void> {
    const state = [...this.states.values()]
    const whole = await read(this.sandbox, { streams: this.streams, ...(state.length > 0 && { state }) })
    const isKilled = mayBeKilled && this.draw.random() < 0.3
    this.load(isKilled ? whole.cutAfter(this.draw.below(whole.text.split('\n').length)) : whole)
    for (const row of this.deleted.values())
      expect({ deleted: row, lives: this.lives(String(row.stream), String(row.id)) }).toMatchObject({
        lives: false,
      })
  }

  /** Each record that the warehouse has as a live one, and that is gone, is listed as deleted. */
  expectAllFound(): void {
    const missed = STREAMS.flatMap((stream) =>
      [...(this.emitted.get(stream) ?? [])]
        .filter(([id, row]) => row.is_archived !== true && !this.lives(stream, id))
        .filter(([id]) => !this.deleted.has(`${stream} ${id}`))
        .map(([id]) => `${stream} ${id}`),
    )
    expect(missed).toEqual([])
  }

  /** Each record that lives, and was not archived before the first sync, has been read. */
  expectAllRead(): void {
    const lacking = STREAMS.flatMap((stream) =>
      this.sandbox
        .rows(stream)
        .map(({ id }) => String(id))
        .filter((id) => this.lives(stream, id) && this.emitted.get(stream)?.has(id) !== true)
        .map((id) => `${stream} ${id}`),
    )
    expect(lacking).toEqual([])
  }

  private load(output: Output): void {
    const lastState = (of: string) =>
      output.messages.findLastIndex(({ state }) => state?.stream.stream_descriptor.name === of)
    for (const [at, { record }] of output.messages.entries()) {
      if (!record) continue
      const { stream, data } = record
      if (stream === 'deletions') {
        const key = `${String(data.stream)} ${String(data.id)}`
        if (data.restored_at === null) this.deleted.set(key, data)
        else this.deleted.delete(key)
        continue
      }
      // No state names what was emitted last by a process that was killed: it may be deleted before the next sync.
      if (at > lastState(stream)) continue
      const rows = this.emitted.get(stream) ?? new Map<string, Row>()
      this.emitted.set(stream, rows.set(String(data.id), data))
    }
    for (const entry of output.stateFile() as { stream: { stream_descriptor: { name: string } } }[])
      this.states.set(entry.stream.stream_descriptor.name, entry)
  }

  private happen(): void {
    const event = this.draw.random()
    if (event < 0.25) this.remove()
    else if (event < 0.35) this.sandbox.create(this.draw.pick(['persons', 'notes', 'stages']))
    else if (event < 0.4) this.addLineItem()
    else if (event < 0.5) this.archive()
    else if (event < 0.6) this.restore()
    else if (event < 0.65) this.convert()
    else if (event < 0.7) this.merge()
    else if (event < 0.8) this.loseRights()
    else if (event < 0.9) this.becomeAdmin()
    else this.fail()
  }

  private row(stream: string): Row | undefined {
    const rows = this.sandbox.rows(stream)
    return rows[this.draw.below(rows.length)]
  }

  private remove(): void {
    const stream = this.draw.pick(STREAMS)
    const row = this.row(stream)
    if (row) this.sandbox.remove(stream, row.id as number, { hard: this.draw.random() < 0.5 })
  }

  private addLineItem(): void {
    const deal = this.row(this.draw.pick(['deals', 'deals_archived']))
    if (deal) this.sandbox.create('deal_products', { deal_id: deal.id, name: 'New' })
  }

  private archive(): void {
    const stream = this.draw.pick(['deals', 'leads'] as const)
    const row = this.row(stream)
    if (row) this.sandbox.archive(stream, row.id as number)
  }

  private restore(): void {
    const stream = this.draw.pick(['deals', 'leads'] as const)
    const row = this.row(`${stream}_archived`)
    if (row) this.sandbox.restore(stream, row.id as number)
  }

  private convert(): void {
    const lead = this.row('leads')
    if (lead) this.sandbox.convertLead(lead.id as string)
  }

  private merge(): void {
    const [from, into] = [this.row('persons'), this.row('persons')]
    if (from && into && from.id !== into.id) this.sandbox.mergePersons(from.id as number, into.id as number)
  }

  /** Users who are no admins do not see everything. */
  private loseRights(): void {
    makeAdmin(this.sandbox, false)
    for (let at = this.draw.below(4); at > 0; at -= 1) {
      const stream = this.draw.pick<Stream>(['deals', 'persons', 'leads', 'notes'])
      const row = this.row(stream)
      if (!row) continue
      this.sandbox.hide(stream, row.id as number)
      this.hidden.set(stream, (this.hidden.get(stream) ?? new Set()).add(row.id as number))
    }
  }

  private becomeAdmin(): void {
    makeAdmin(this.sandbox, true)
    for (const [stream, ids] of this.hidden) for (const id of ids) this.sandbox.reveal(stream, id)
    this.hidden.clear()
  }

  private fail(): void {
    const path = this.draw.pick(['/persons', '/deals', '/leads', '/notes', '/stages', '/deals/products'])
    this.sandbox.faults.inject({ path, fault: { kind: this.draw.pick(['empty', 'truncated'] as const) } })
  }

  private lives(stream: string, id: string): boolean {
    const row = this.sandbox.rows(stream).find((one) => String(one.id) === id)
    // Line items are deleted with their deal.
    if (stream === 'deal_products' && !(row && this.lives('deals', String(row.deal_id)))) return false
    if ([...(this.hidden.get(stream) ?? [])].some((hidden) => String(hidden) === id)) return true
    const lists = ['deals', 'leads'].includes(stream) ? [stream, `${stream}_archived`] : [stream]
    return lists.some((list) => this.sandbox.rows(list).some((row) => String(row.id) === id))
  }
}

async function live(seed: number): Promise<void> {
  jest.setSystemTime(START)
  const draw = drawing(seed)
  jest.spyOn(Math, 'random').mockImplementation(drawing(seed + 1).random)
  const company = new Company(draw, seed)
  for (let at = 0; at < SYNCS; at += 1) {
    await company.sync(true)
    company.liveOn()
  }
  company.becomeQuiet()
  for (let at = 0; at < LAST_SYNCS; at += 1) {
    await company.sync(false)
    travel(25 * HOUR)
  }
  company.expectAllFound()
  company.expectAllRead()
}

afterAll(() => {
  jest.restoreAllMocks()
})

describe('whatever is deleted, hidden, merged, converted or archived, and whenever the process is killed', () => {
  test.each(Array.from({ length: COMPANIES }, (_, at) => FIRST_SEED + at))(
    'what is listed as deleted is gone, and what is gone is listed (MODEL_SEED=%d)',
    async (seed) => {
      await inVirtualTime(() => live(seed))
    },
  )
})
