import type { Emission } from '../../airbyte/messages.js'
import { timeOrNull, type Time } from '../../common/time.js'

/** How far a stream is. */
export interface StreamProgress {
  readonly name: string
  records: number
  readonly startedAt: Time
  status: 'running' | 'complete' | 'incomplete'
  /** Where the first state of the run stood, and the last one. */
  span?: { readonly from: Time; reached: Time }
}

/** How far a run is, by its own messages. */
export class Progress {
  private readonly streams = new Map<string, StreamProgress>()
  /** How many streams there will be; 0 before that is known. */
  private expected = 0

  constructor(readonly startedAt: Time) {}

  expect(streams: number): void {
    this.expected = streams
  }

  /** Returns the stream if its reading has just ended. */
  see(emission: Emission, now: Time): StreamProgress | undefined {
    switch (emission.type) {
      case 'RECORDS': {
        const stream = this.streams.get(emission.stream)
        if (stream) stream.records += emission.records.length
        return undefined
      }
      case 'STATE': {
        const { stream_descriptor: descriptor, stream_state: state } = emission.state.stream
        this.seeCursor(descriptor.name, Object.values(state)[0])
        return undefined
      }
      case 'TRACE':
        if (emission.trace.type === 'ERROR') return undefined
        return this.seeStatus(emission.trace.stream_status, now)
      default:
        return undefined
    }
  }

  get running(): StreamProgress[] {
    return [...this.streams.values()].filter(({ status }) => status === 'running')
  }

  get total(): { streams: number; ended: number; records: number; share: number } {
    const all = [...this.streams.values()]
    const streams = Math.max(this.expected, all.length)
    const ended = all.filter(({ status }) => status !== 'running').length
    const done = all.reduce(
      (sum, stream) => sum + (stream.status === 'running' ? (shareOf(stream) ?? 0) : 1),
      0,
    )
    return {
      streams,
      ended,
      records: all.reduce((sum, { records }) => sum + records, 0),
      share: streams === 0 ? 0 : done / streams,
    }
  }

  private seeStatus(
    { stream_descriptor: { name }, status }: { stream_descriptor: { name: string }; status: string },
    now: Time,
  ): StreamProgress | undefined {
    if (status === 'STARTED') this.streams.set(name, { name, records: 0, startedAt: now, status: 'running' })
    const stream = this.streams.get(name)
    if (!stream || (status !== 'COMPLETE' && status !== 'INCOMPLETE')) return undefined
    stream.status = status === 'COMPLETE' ? 'complete' : 'incomplete'
    return stream
  }

  /** The cursor, with which a state begins, moves from the oldest rows to now in lists that are read by time. */
  private seeCursor(name: string, cursor: unknown): void {
    const stream = this.streams.get(name)
    const time = timeOrNull(cursor)
    if (!stream || time === null) return
    if (!stream.span) stream.span = { from: time, reached: time }
    else stream.span.reached = Math.max(stream.span.reached, time)
  }
}

/** The share of the span of time that is done; undefined if the list is not read by time. */
export function shareOf({ span, startedAt }: StreamProgress): number | undefined {
  if (!span || span.reached <= span.from || span.from >= startedAt) return undefined
  return Math.min(1, (span.reached - span.from) / (startedAt - span.from))
}

/** How long the rest takes if it goes on like this, in milliseconds; undefined while too little is done. */
export function timeLeft(share: number | undefined, elapsedMs: number): number | undefined {
  return share === undefined || share < 0.02 ? undefined : (elapsedMs * (1 - share)) / share
}
