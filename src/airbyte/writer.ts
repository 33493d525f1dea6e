import { once } from 'node:events'
import type { Writable } from 'node:stream'
import type { Emission, Json, Message, RecordBatch, RecordMessage, StateMessage } from './messages.js'
import { Redactor } from './redaction.js'
import { serializeRecord } from './record-text.js'
import { textOf, timed } from './text.js'
import { LineBuffer } from './line-buffer.js'
import { appendRecords, serializeMessage, serializeState } from './serialize.js'

/** Sees each message as it is written, for example to show it to a person; `mask` masks the secrets in a text. */
export interface Audience {
  see(emission: Emission, mask: (text: string) => string): void
}

export interface WriterOptions {
  /** For people: logs, with their times, errors and the result of a check as text. What programs read stays JSON. */
  asText?: boolean
  audience?: Audience | undefined
  /** Whether DEBUG logs are written. */
  debug?: boolean
  /** Shared by writers that hide the same secrets; by default a redactor of its own. */
  redactor?: Redactor
}

/**
 * The only owner of stdout: writes JSON lines in order, with backpressure. Counts the records per stream, and adds to
 * each STATE how many there were since the last one. The buffer of a batch is used again as soon as the stream has
 * called back: it has to be one that leaves the process, as that of a file descriptor does.
 */
export class Writer {
  private readonly counts = new Map<string, number>()
  private readonly redactor: Redactor
  private queue: Promise<void> = Promise.resolve()
  private debug: boolean
  private logTime: boolean
  private failure: Error | undefined
  /** Buffers whose lines have left the process. */
  private readonly free: LineBuffer[] = []

  constructor(
    private readonly stream: Writable,
    private readonly options: WriterOptions = {},
  ) {
    const { debug = false, asText = false, redactor = new Redactor() } = options
    this.debug = debug
    this.logTime = asText
    this.redactor = redactor
    this.stream.on('error', (error: Error) => (this.failure = error))
  }

  /** Begins logs with the time, where the platform adds none. */
  showLogTimes(): void {
    this.logTime = true
  }

  showDebugLogs(): void {
    this.debug = true
  }

  /**
   * Masks these secrets too from now on. Output starts before the config is read, and tokens are renewed during a
   * run.
   */
  hide(secrets: readonly string[]): void {
    this.redactor.hide(secrets)
  }

  /** Resolves when the message is written and the reader keeps up; waits while the reader is slow. */
  async write(emission: Emission): Promise<void> {
    this.options.audience?.see(emission, (text) => this.redactor.text(text))
    switch (emission.type) {
      case 'RECORDS':
        return this.writeRecords(emission)
      case 'RECORD':
        return this.writeRecords(batchOf(emission))
      case 'STATE':
        return this.writeLine(this.serializeState(emission))
      case 'LOG':
        if (emission.log.level === 'DEBUG' && !this.debug) return
        return this.writeMessage(this.logTime ? timed(emission, Date.now()) : emission)
    }
    return this.writeMessage(emission)
  }

  private async writeMessage(emission: Message): Promise<void> {
    if (this.options.asText && !isForPrograms(emission)) {
      const text = textOf(emission)
      return text === undefined ? undefined : this.writeLine(this.redactor.text(text))
    }
    return this.writeLine(serializeMessage(emission, this.redactor))
  }

  /** The value as it is written: with secrets masked. */
  masked(value: Json): Json {
    return this.redactor.value(value)
  }

  /** Writes a text that is not a message. */
  print(text: string): Promise<void> {
    return this.writeLine(this.redactor.text(text))
  }

  /** Writes an indented JSON value that is not a message; secrets are masked in its values. */
  printJson(value: unknown): Promise<void> {
    return this.writeLine(JSON.stringify(this.redactor.value(value as Json), null, 2))
  }

  /** For callers that cannot wait (event handlers, the console): keeps the order; a failure shows at the next write. */
  post(emission: Emission): void {
    this.write(emission).catch(() => undefined)
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

  private async writeRecords(batch: RecordBatch): Promise<void> {
    const { stream, records } = batch
    if (records.length === 0) return
    const lines = this.free.pop() ?? new LineBuffer()
    appendRecords(batch, this.redactor, lines)
    this.counts.set(stream, (this.counts.get(stream) ?? 0) + records.length)
    records.length = 0
    return this.enqueue(lines.bytes, () => {
      lines.clear()
      this.free.push(lines)
    })
  }

  private serializeState(message: StateMessage): string {
    const { name } = message.state.stream.stream_descriptor
    const recordCount = this.counts.get(name) ?? 0
    this.counts.set(name, 0)
    return serializeState(message, recordCount, this.redactor)
  }

  private writeLine(text: string): Promise<void> {
    return this.enqueue(`${text}\n`)
  }

  /** `written`: called when the lines have left the process. */
  private enqueue(lines: string | Buffer, written?: () => void): Promise<void> {
    this.queue = this.queue.then(() => this.send(lines, written))
    return this.queue
  }

  private async send(lines: string | Buffer, written?: () => void): Promise<void> {
    if (this.failure) throw this.failure
    if (!this.stream.write(lines, written)) await once(this.stream, 'drain')
  }
}

/** The answers of commands, and a config to store. */
function isForPrograms({ type }: Message): boolean {
  return type === 'SPEC' || type === 'CATALOG' || type === 'CONTROL'
}

function batchOf({ record }: RecordMessage): RecordBatch {
  const { stream, data, emitted_at: emittedAt } = record
  return { type: 'RECORDS', stream, emittedAt, records: [serializeRecord(stream, data)] }
}
