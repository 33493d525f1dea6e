import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { fromBase64 } from './bytes.js'
import type { KeySet } from './key-set.js'

/** About 25 characters of a state each: 100 KB. */
const MOST_TEXTS = 4_000

/**
 * Keys that are no integers, as they are: a hash does not say which row has left its list. Beyond so many, none is
 * kept.
 */
export class TextKeys {
  private readonly texts = new Set<string>()
  private isFull = false
  private text: string | undefined

  constructor(private readonly most = MOST_TEXTS) {}

  /** Throws for a text that is not encoded keys. Empty: more than could be kept. */
  static decode(text: string): TextKeys {
    const keys = new TextKeys()
    if (text === '') keys.giveUp()
    else for (const key of inflateRawSync(fromBase64(text)).toString('utf8').split('\n')) keys.add(key)
    return keys
  }

  /** Whether keys are missing because there were too many. */
  get givenUp(): boolean {
    return this.isFull
  }

  /** Returns whether the key is new. */
  add(key: string): boolean {
    if (this.isFull || this.texts.has(key)) return false
    this.texts.add(key)
    this.text = undefined
    if (this.texts.size > this.most) this.giveUp()
    return true
  }

  delete(key: string): void {
    if (this.texts.delete(key)) this.text = undefined
  }

  /** The keys that the set lacks. */
  missingFrom(seen: KeySet): string[] {
    return [...this.texts].filter((key) => !seen.has(key))
  }

  /** Base64 of at most so many characters, kept until the next change; undefined where no key ever was. */
  encode(room: number): string | undefined {
    if (this.isFull) return ''
    if (this.texts.size === 0) return undefined
    this.text ??= deflateRawSync([...this.texts].sort().join('\n')).toString('base64')
    if (this.text.length <= room) return this.text
    this.giveUp()
    return ''
  }

  private giveUp(): void {
    this.texts.clear()
    this.isFull = true
  }
}
