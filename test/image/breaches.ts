import type { Output } from '../support/output.js'

/** Where a read's output breaks a rule that the platform relies on, a sentence each. */
export function breaches(output: Output, configured: readonly string[]): string[] {
  const streams = new Map(configured.map((name) => [name, new StreamSoFar(name)]))
  const found: string[] = []
  for (const { record, state, trace } of output.messages) {
    const name =
      record?.stream ??
      state?.stream.stream_descriptor.name ??
      trace?.stream_status?.stream_descriptor.name ??
      undefined
    if (name === undefined) continue
    const stream = streams.get(name)
    if (!stream) found.push(`${name} is not in the catalog`)
    else if (record) stream.record()
    else if (state) stream.state(state.sourceStats.recordCount)
    else stream.status(trace?.stream_status?.status ?? '')
  }
  const all = [...streams.values()]
  for (const stream of all) stream.end()
  const complete = all.every(({ last }) => last === 'COMPLETE')
  if (complete !== (output.exitCode === 0)) found.push(`the exit code is ${output.exitCode}`)
  if (!complete && output.errors().length === 0) found.push('no error says what went wrong')
  return [...found, ...all.flatMap((stream) => stream.breaches)]
}

class StreamSoFar {
  readonly breaches: string[] = []
  last = 'nothing'
  private sinceState = 0
  private states = 0

  constructor(private readonly name: string) {}

  record(): void {
    this.expect(this.last === 'RUNNING', `a record while ${this.last}`)
    this.sinceState += 1
  }

  state(count: number): void {
    this.expect(this.isOpen, `a state while ${this.last}`)
    this.expect(count === this.sinceState, `a state counts ${count} records, there were ${this.sinceState}`)
    this.sinceState = 0
    this.states += 1
  }

  status(status: string): void {
    this.expect((status === 'STARTED') === (this.last === 'nothing'), `${status} after ${this.last}`)
    this.expect(status === 'STARTED' || this.isOpen, `${status} after ${this.last}`)
    if (status === 'COMPLETE') this.expect(this.states > 0, 'complete without a state')
    this.last = status
  }

  end(): void {
    this.expect(!this.isOpen && this.last !== 'nothing', `ends as ${this.last}`)
    this.expect(this.last !== 'COMPLETE' || this.sinceState === 0, 'records that no state covers')
  }

  private get isOpen(): boolean {
    return this.last === 'STARTED' || this.last === 'RUNNING'
  }

  private expect(holds: boolean, breach: string): void {
    if (!holds) this.breaches.push(`${this.name}: ${breach}`)
  }
}
