import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { ByteReader, ByteWriter, fromBase64, VARINT_BYTES } from './bytes.js'
import { integerOfKey } from './key-set.js'

/** More would not have room in any state: each child takes about a byte. */
const MOST_CHILDREN = 200_000
/** Differences of ids are written with a bit for the sign. */
const MOST_ID = 2 ** 51

/**
 * Which children each parent has, as the warehouse has them. Both are known by integers. Given up when it has no room
 * in a state, or a key is not an integer.
 */
export class ChildRoster {
  private readonly parents = new Map<number, number>()
  private readonly children = new Map<number, Set<number>>()
  private isOutgrown = false
  private changeCount = 0
  private text: string | undefined

  /** `room`: how many characters of a state it may take. */
  constructor(
    private readonly room: number,
    private readonly most = MOST_CHILDREN,
  ) {}

  /** Undefined: it had no room. Throws for a text that is not an encoded roster. */
  static decode(text: string | undefined, room: number): ChildRoster {
    const roster = new ChildRoster(room)
    if (text === undefined) roster.giveUp()
    else for (const [child, parent] of decoded(text)) roster.set(child, parent)
    roster.changeCount = 0
    return roster
  }

  get size(): number {
    return this.parents.size
  }

  get outgrown(): boolean {
    return this.isOutgrown
  }

  /** Goes up whenever the saved form changes. */
  get changes(): number {
    return this.changeCount
  }

  parentOf(child: string): string | undefined {
    const parent = this.parents.get(integerOfKey(child))
    return parent === undefined ? undefined : String(parent)
  }

  childrenOf(parent: string): string[] {
    return [...(this.children.get(integerOfKey(parent)) ?? [])].map(String)
  }

  /** The ids of parents that have children, in ascending order, behind that one. */
  parentsBehind(parent: string | undefined): string[] {
    const from = parent === undefined ? -Infinity : Number(parent)
    const ids = [...this.children.keys()].filter((id) => id > from)
    return ids.sort((a, b) => a - b).map(String)
  }

  /** The child belongs to this parent, and to no other one. */
  add(child: string, parent: string): void {
    if (this.isOutgrown) return
    const [id, of] = [integerOfKey(child), integerOfKey(parent)]
    if (!isId(id) || !isId(of) || this.parents.size >= this.most) this.giveUp()
    else if (this.parents.get(id) !== of) this.set(id, of)
  }

  delete(child: string): void {
    const id = integerOfKey(child)
    if (this.parents.has(id)) this.changed()
    this.unset(id)
  }

  /** Base64, kept until the next change; undefined if it has become too large. */
  encode(): string | undefined {
    if (!this.isOutgrown) this.text ??= encoded(this.parents)
    if (this.text !== undefined && this.text.length > this.room) this.giveUp()
    return this.text
  }

  private set(id: number, parent: number): void {
    this.unset(id)
    this.parents.set(id, parent)
    const siblings = this.children.get(parent) ?? new Set()
    this.children.set(parent, siblings.add(id))
    this.changed()
  }

  private unset(id: number): void {
    const parent = this.parents.get(id)
    if (parent === undefined) return
    this.parents.delete(id)
    const siblings = this.children.get(parent)
    siblings?.delete(id)
    if (siblings?.size === 0) this.children.delete(parent)
  }

  private giveUp(): void {
    this.parents.clear()
    this.children.clear()
    this.isOutgrown = true
    this.changed()
  }

  private changed(): void {
    this.changeCount += 1
    this.text = undefined
  }
}

function isId(id: number): boolean {
  return id >= 0 && id <= MOST_ID
}

/** How many; the children in ascending order, as differences; then the parent of each, as differences. Deflated. */
function encoded(parents: ReadonlyMap<number, number>): string {
  const pairs = [...parents].sort(([a], [b]) => a - b)
  const writer = new ByteWriter(VARINT_BYTES * (1 + 2 * pairs.length)).varint(pairs.length)
  let last = 0
  for (const [child] of pairs) {
    writer.varint(child - last)
    last = child
  }
  last = 0
  for (const [, parent] of pairs) {
    const difference = parent - last
    writer.varint(difference < 0 ? -2 * difference - 1 : 2 * difference)
    last = parent
  }
  return deflateRawSync(writer.written()).toString('base64')
}

function decoded(text: string): [number, number][] {
  const reader = new ByteReader(inflateRawSync(fromBase64(text)))
  const count = reader.varint()
  const children: number[] = []
  for (let last = 0; children.length < count; children.push(last)) last += reader.varint()
  let last = 0
  const pairs = children.map((child): [number, number] => {
    const signed = reader.varint()
    last += signed % 2 === 0 ? signed / 2 : -(signed + 1) / 2
    return [child, last]
  })
  reader.expectEnd()
  return pairs
}
