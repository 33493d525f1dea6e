import { Writable } from 'node:stream'
import type { JsonObject, RecordBatch, RecordText } from '../../src/airbyte/messages.js'
import { serializeRecord, textOfRecord } from '../../src/airbyte/record-text.js'
import { Writer } from '../../src/airbyte/writer.js'

/** A reader that accepts a chunk only on request, or at once if `eager`. */
export class Reader extends Writable {
  text = ''
  readonly chunks: string[] = []
  private taken: (() => void) | undefined

  constructor(private readonly eager = true) {
    super({ highWaterMark: 1 })
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, taken: () => void): void {
    this.text += chunk.toString('utf8')
    this.chunks.push(chunk.toString('utf8'))
    if (this.eager) taken()
    else this.taken = taken
  }

  /** Accepts the next chunk; false if there is none. */
  take(): boolean {
    const { taken } = this
    this.taken = undefined
    taken?.()
    return taken !== undefined
  }

  get lines(): string[] {
    return this.text.split('\n').slice(0, -1)
  }

  get messages(): unknown[] {
    return this.lines.map((line) => JSON.parse(line) as unknown)
  }
}

export const ids = (reader: Reader) =>
  (reader.messages as { record?: { data: { id: number } } }[]).flatMap(({ record }) => record?.data.id ?? [])
export const tick = () => new Promise((resolve) => setImmediate(resolve))

export async function written(...messages: Parameters<Writer['write']>[0][]): Promise<Reader> {
  const reader = new Reader()
  const writer = new Writer(reader)
  for (const message of messages) await writer.write(message)
  return reader
}

export const batch = (stream: string, ...records: JsonObject[]): RecordBatch => ({
  type: 'RECORDS',
  stream,
  emittedAt: 1_700_000_000_000,
  records: records.map((record) => serializeRecord(stream, record)),
})
/** The record that is written as this text. */
export const recordOf = (record: RecordText) => JSON.parse(textOfRecord(record)) as Record<string, unknown>

export const range = (length: number) => Array.from({ length }, (_, index) => index + 1)
