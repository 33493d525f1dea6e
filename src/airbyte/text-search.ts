const SAMPLE_BYTES = 4

/** From this length on, texts are searched for in samples. */
const LONG_BYTES = 32

/** A long text has a whole sample in each place where it occurs, if samples lie no further apart. */
const STRIDE = LONG_BYTES - SAMPLE_BYTES + 1

/** So few that all slots stay in the processor's cache. */
const SLOT_BITS = 12

/** 2^32 ÷ the golden ratio: spreads samples that resemble each other. */
const SPREAD = 0x9e3779b1

/** A sample of the text begins at the offset. */
interface Origin {
  readonly text: Buffer
  readonly offset: number
}

/**
 * Tells whether any of some texts occurs in much UTF-8. All long ones are looked for at once, at every 29th byte: pages
 * are larger than the processor's cache, and a search for each text would fetch them from memory each time.
 */
export class TextSearch {
  private readonly short: readonly Buffer[]
  private readonly origins = new Map<number, Origin[]>()
  /** Whether a sample with this hash may be one of `origins`, which takes longer to ask. */
  private readonly slots = new Uint8Array(2 ** SLOT_BITS)

  constructor(texts: readonly string[] = []) {
    const all = texts.map((text) => Buffer.from(text))
    this.short = all.filter(({ length }) => length < LONG_BYTES)
    for (const text of all) if (text.length >= LONG_BYTES) this.addLong(text)
  }

  findsAnyIn(bytes: Buffer): boolean {
    return this.short.some((text) => bytes.includes(text)) || this.findsLongIn(bytes)
  }

  private addLong(text: Buffer): void {
    for (let offset = 0; offset < STRIDE; offset += 1) {
      const sample = text.readInt32BE(offset)
      this.slots[slotOf(sample)] = 1
      this.origins.set(sample, [...(this.origins.get(sample) ?? []), { text, offset }])
    }
  }

  private findsLongIn(bytes: Buffer): boolean {
    if (this.origins.size === 0) return false
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    for (let at = 0; at <= bytes.length - SAMPLE_BYTES; at += STRIDE) {
      const sample = view.getInt32(at)
      if (this.slots[slotOf(sample)] === 1 && this.isPartOfText(sample, bytes, at)) return true
    }
    return false
  }

  private isPartOfText(sample: number, bytes: Buffer, at: number): boolean {
    const origins = this.origins.get(sample) ?? []
    return origins.some(({ text, offset }) => {
      const start = at - offset
      // Where the start lies before the first byte, these are too few to be the text.
      return bytes.subarray(start, start + text.length).equals(text)
    })
  }
}

function slotOf(sample: number): number {
  return Math.imul(sample, SPREAD) >>> (32 - SLOT_BITS)
}
