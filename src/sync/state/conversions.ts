import type { StreamSpec } from '../../manifest/stream.js'
import { KeySet } from './key-set.js'

/** Room in a state, in characters: about 700 keys. Most are needed for a day. */
const ROOM = 8_000

interface Row {
  readonly data: Readonly<Record<string, unknown>>
}

/** Rows of a stream that have become rows of another one, as these say. They are known by its state. */
export class Conversions {
  private changeCount = 0

  /** `of`: the stream whose rows become others. `list`: the stream whose rows name them, and in which field. */
  constructor(
    readonly of: string,
    readonly list: string,
    private readonly field: string,
    private converted = new KeySet(),
  ) {}

  get changes(): number {
    return this.changeCount
  }

  /** Rows of the other stream that are emitted. */
  see(rows: readonly Row[]): void {
    for (const { data } of rows) {
      const key = data[this.field]
      if ((typeof key === 'string' || typeof key === 'number') && this.converted.add(String(key)))
        this.changeCount += 1
    }
  }

  /** Whether the row, which is gone, has become another one. */
  explains(key: string): boolean {
    return this.converted.has(key)
  }

  /** What a state has room for: if there are too many, they are forgotten. */
  get saved(): KeySet {
    if (this.converted.encode().length > ROOM) this.converted = new KeySet()
    return this.converted
  }
}

/** `streams`: those that are read, with their states. */
export function conversionsOf(
  streams: readonly {
    readonly stream: StreamSpec
    readonly state: { readonly converted?: KeySet | undefined } | undefined
  }[],
): Conversions[] {
  return streams.flatMap(({ stream: { name, becomes } }) => {
    const other = becomes && streams.find(({ stream }) => stream.name === becomes.stream)
    return becomes ? [new Conversions(name, becomes.stream, becomes.field, other?.state?.converted)] : []
  })
}
