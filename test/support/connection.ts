import type { Sandbox } from '../../sandbox/sandbox.js'
import { read } from './connector.js'
import type { Output } from './output.js'
import { inVirtualTime, travel } from './time.js'

interface StateEntry {
  stream: { stream_descriptor: { name: string }; stream_state: Record<string, unknown> }
}

export interface ConnectionOptions {
  readonly streams: readonly string[]
  readonly config?: object
  readonly mode?: 'incremental' | 'full_refresh'
  /** The states of an earlier connection. */
  readonly state?: readonly object[]
}

/** A connection of the platform: syncs in virtual time, each from the last states, into one warehouse. */
export class Connection {
  private readonly states = new Map<string, StateEntry>()
  private readonly rows = new Map<string, Map<string, Record<string, unknown>>>()

  constructor(
    private readonly sandbox: Sandbox,
    private readonly options: ConnectionOptions,
  ) {
    this.keep((options.state ?? []) as StateEntry[])
  }

  /** The states that the next sync begins with. */
  get state(): object[] {
    return [...this.states.values()]
  }

  stateOf(stream: string): Record<string, unknown> | undefined {
    return this.states.get(stream)?.stream.stream_state
  }

  /** What the warehouse has of a stream: the last record of each key. */
  table(stream: string): ReadonlyMap<string, Record<string, unknown>> {
    return this.rows.get(stream) ?? new Map()
  }

  /** Keys of the sandbox's rows that the warehouse lacks. */
  missing(stream: string): string[] {
    const known = this.table(stream)
    return this.sandbox
      .rows(stream, { deleted: true })
      .map(keyOf)
      .filter((key) => !known.has(key))
  }

  /** One sync; `cut`: what of its output the platform has seen. The ledger holds this sync's requests only. */
  async sync(cut: (output: Output) => Output = (output) => output): Promise<Output> {
    const { streams, config, mode } = this.options
    this.sandbox.ledger.clear()
    const whole = await inVirtualTime(() =>
      read(this.sandbox, { streams, state: this.state, ...(config && { config }), ...(mode && { mode }) }),
    )
    const output = cut(whole)
    for (const { record } of output.messages)
      if (record) this.tableOf(record.stream).set(keyOf(record.data), record.data)
    this.keep(output.stateFile() as StateEntry[])
    return output
  }

  /** Syncs after so much time. */
  async syncAfter(ms: number): Promise<Output> {
    travel(ms)
    return this.sync()
  }

  private keep(states: readonly StateEntry[]): void {
    for (const entry of states) this.states.set(entry.stream.stream_descriptor.name, entry)
  }

  private tableOf(stream: string): Map<string, Record<string, unknown>> {
    const table = this.rows.get(stream) ?? new Map<string, Record<string, unknown>>()
    this.rows.set(stream, table)
    return table
  }
}

/** Field definitions have a `key`, all other rows an `id`. */
function keyOf({ id, key }: Readonly<Record<string, unknown>>): string {
  return String(id ?? key)
}
