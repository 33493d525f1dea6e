import { once } from 'node:events'
import type { Writable } from 'node:stream'
import type { AirbyteMessage, RecordMessage, StateMessage } from './messages.js'
import { redaction } from './redaction.js'
import { mayHoldBrokenText, mendText } from './unicode.js'

export interface WriterOptions {
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
  private readonly secrets = new Set<string>()
  private redact = redaction([])
  private debug: boolean
  private broken: Error | undefined

  constructor(
    private readonly stream: Writable,
    options: WriterOptions = {},
  ) {
    this.debug = options.debug ?? false
    this.stream.on('error', (error: Error) => (this.broken = error))
  }

  configure(options: WriterOptions): void {
    this.debug = options.debug ?? this.debug
  }

  /** Masks these too from here on. The output exists before the config is read, and tokens are renewed in mid-run. */
  hide(secrets: readonly string[]): void {
    for (const secret of secrets) this.secrets.add(secret)
    this.redact = redaction([...this.secrets])
  }

  /** Resolves when the message is on its way and the reader keeps up; waits while the reader is slow. */
  write(message: AirbyteMessage): Promise<void> {
    if (message.type === 'LOG' && message.log.level === 'DEBUG' && !this.debug) return Promise.resolve()
    // What the platform stores has to work again: a config that is to be kept is the one line with its secrets in it.
    if (message.type === 'CONTROL') return this.enqueue(JSON.stringify(message))
    return this.print(this.serialize(message))
  }

  /** A line that is no message. */
  print(text: string): Promise<void> {
    return this.enqueue(this.redact(text))
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

  private enqueue(line: string): Promise<void> {
    this.queue = this.queue.then(() => this.send(`${line}\n`))
    return this.queue
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
