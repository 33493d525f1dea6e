import { once } from 'node:events'
import type { Writable } from 'node:stream'
import type { AirbyteMessage, RecordMessage, StateMessage } from './messages.js'
import { mayHoldBrokenText, mendText } from './text.js'

export interface WriterOptions {
  /** Masks secrets in a finished line. */
  redact?: (line: string) => string
  /** Whether DEBUG logs are shown. */
  debug?: boolean
}

/**
 * The only owner of stdout: JSON lines, in the order given, with backpressure.
 * Counts the records per stream and stamps each STATE with the number since the stream's last one:
 * the platform compares it with what it received.
 */
export class Writer {
  private readonly counts = new Map<string, number>()
  private queue: Promise<void> = Promise.resolve()
  private redact: (line: string) => string
  private debug: boolean
  private broken: Error | undefined

  constructor(
    private readonly stream: Writable,
    options: WriterOptions = {},
  ) {
    this.redact = options.redact ?? ((line) => line)
    this.debug = options.debug ?? false
    this.stream.on('error', (error: Error) => (this.broken = error))
  }

  /** Secrets are known only once the config is read; the output exists before. */
  configure(options: WriterOptions): void {
    this.redact = options.redact ?? this.redact
    this.debug = options.debug ?? this.debug
  }

  /** Resolves when the message is on its way and the reader keeps up; waits while the reader is slow. */
  write(message: AirbyteMessage): Promise<void> {
    if (message.type === 'LOG' && message.log.level === 'DEBUG' && !this.debug) return Promise.resolve()
    return this.print(this.serialize(message))
  }

  /** A line that is no message. */
  print(text: string): Promise<void> {
    const line = `${this.redact(text)}\n`
    this.queue = this.queue.then(() => this.send(line))
    return this.queue
  }

  /** For callers that cannot wait (event handlers, console): the order is kept, a failure shows at the next write. */
  post(message: AirbyteMessage): void {
    this.write(message).catch(() => undefined)
  }

  /** Resolves when everything written so far has left the process. */
  async flush(): Promise<void> {
    await this.queue
    await new Promise<void>((resolve, reject) => {
      this.stream.write('', (error) => {
        if (error) reject(error)
        else resolve()
      })
    })
  }

  private async send(line: string): Promise<void> {
    if (this.broken) throw this.broken
    if (!this.stream.write(line)) await once(this.stream, 'drain')
  }

  private serialize(message: AirbyteMessage): string {
    if (message.type === 'RECORD') return this.serializeRecord(message)
    if (message.type === 'STATE') return this.serializeState(message)
    return JSON.stringify(message)
  }

  private serializeRecord(message: RecordMessage): string {
    const { stream } = message.record
    this.counts.set(stream, (this.counts.get(stream) ?? 0) + 1)
    const line = JSON.stringify(message)
    if (!mayHoldBrokenText(line)) return line
    const { data, changes } = mendText(message.record.data)
    if (changes.length === 0) return line
    return JSON.stringify({ type: 'RECORD', record: { ...message.record, data, meta: { changes } } })
  }

  private serializeState(message: StateMessage): string {
    const { name } = message.state.stream.stream_descriptor
    const recordCount = this.counts.get(name) ?? 0
    this.counts.set(name, 0)
    const line = JSON.stringify({ type: 'STATE', state: { ...message.state, sourceStats: { recordCount } } })
    // The protocol's schema calls it a double that "should always have a decimal point"; JavaScript prints 5, not 5.0.
    return line.replace(/"recordCount":(\d+)\}\}\}$/, '"recordCount":$1.0}}}')
  }
}
