import { parseLine, type Message } from './protocol.js'

/** The output of a command, of which every line is a valid message, and its exit code. */
export class Output {
  constructor(
    readonly text: string,
    readonly exitCode: number,
    readonly messages: readonly Message[] = messagesIn(text),
  ) {}

  /** What a platform has received if the process was killed after this many lines. */
  cutAfter(lines: number): Output {
    const text = this.text.split('\n').slice(0, lines).join('\n')
    return new Output(text, 137, this.messages.slice(0, lines))
  }

  records(stream?: string): Record<string, unknown>[] {
    const records = this.messages.flatMap(({ record }) => (record ? [record] : []))
    return records
      .filter((record) => stream === undefined || record.stream === stream)
      .map(({ data }) => data)
  }

  /** The number of records per stream; without the streams that have none. */
  recordCounts(): Record<string, number> {
    const counts: Record<string, number> = {}
    for (const { record } of this.messages)
      if (record) counts[record.stream] = (counts[record.stream] ?? 0) + 1
    return counts
  }

  /** The state file that the platform passes to the next run: the last state of each stream. */
  stateFile(): object[] {
    const last = new Map(
      this.messages.flatMap(({ state }) => (state ? [[state.stream.stream_descriptor.name, state]] : [])),
    )
    return [...last.values()].map(({ stream }) => ({ type: 'STREAM', stream }))
  }

  states(stream: string): Record<string, unknown>[] {
    return this.messages.flatMap(({ state }) =>
      state?.stream.stream_descriptor.name === stream ? [state.stream.stream_state] : [],
    )
  }

  statuses(stream: string): string[] {
    return this.messages.flatMap(({ trace }) =>
      trace?.stream_status?.stream_descriptor.name === stream ? [trace.stream_status.status] : [],
    )
  }

  /** The reported end of each wait for a rate limit, in milliseconds since the epoch. */
  quotaResets(stream: string): number[] {
    return this.messages.flatMap(({ trace }) =>
      trace?.stream_status?.stream_descriptor.name === stream
        ? (trace.stream_status.reasons ?? []).map((reason) => reason.rate_limited.quota_reset)
        : [],
    )
  }

  errors() {
    return this.messages.flatMap(({ trace }) => (trace?.error ? [trace.error] : []))
  }

  logs(level?: string): string[] {
    return this.messages.flatMap(({ log }) => (log && (!level || log.level === level) ? [log.message] : []))
  }
}

function messagesIn(text: string): Message[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map(parseLine)
}
