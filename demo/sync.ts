import type { Sandbox } from '../sandbox/sandbox.js'
import { connector } from './connector.js'
import type { Progress } from './progress.js'

export interface StreamFigures {
  records: number
  requests: number
  tokens: number
  seconds: number
}

export interface SyncResult {
  streams: Map<string, StreamFigures>
  seconds: number
  /** The state messages that a platform would store for the next sync. */
  state: object[]
}

/** One read, with figures per stream: records from the output, requests and tokens from the sandbox's ledger. */
export async function sync(
  argv: readonly string[],
  sandbox: Sandbox,
  progress: Progress,
  transcript: string,
): Promise<SyncResult> {
  const records = new Map<string, number>()
  const spent = new Map<string, { from: number; until: number }>()
  const states = new Map<string, object>()
  const started = Date.now()
  sandbox.ledger.clear()
  await connector(argv, transcript, ({ record, state, trace }) => {
    if (record) {
      const count = (records.get(record.stream) ?? 0) + 1
      records.set(record.stream, count)
      progress.show(record.stream, count)
    }
    if (state) states.set(state.stream.stream_descriptor.name, { type: 'STREAM', stream: state.stream })
    if (!trace?.stream_status) return
    const { stream_descriptor: stream, status } = trace.stream_status
    spent.set(stream.name, {
      from: spent.get(stream.name)?.from ?? trace.emitted_at,
      until: trace.emitted_at,
    })
    if (status === 'COMPLETE') progress.done(stream.name, records.get(stream.name) ?? 0)
  })
  progress.clear()
  const usage = sandbox.ledger.byStream()
  const figures = [...spent].map(([name, { from, until }]): [string, StreamFigures] => {
    const { requests, tokens } = usage[name] ?? { requests: 0, tokens: 0 }
    return [name, { records: records.get(name) ?? 0, requests, tokens, seconds: (until - from) / 1000 }]
  })
  return { streams: new Map(figures), seconds: (Date.now() - started) / 1000, state: [...states.values()] }
}
