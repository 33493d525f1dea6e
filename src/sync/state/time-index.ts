import type { Time } from '../../common/time.js'

interface Dated {
  readonly time: Time
  readonly id: number
}

/** Blocks are split beyond this. */
const MOST_IN_BLOCK = 128
/** So many blocks are looked through at every call, in turns: small indexes always as a whole. */
const BLOCKS_IN_TURN = 8

/**
 * Ids in order of their times, in blocks. What lies outside some ranges of time is found by the first and the last
 * time of each block, so that a call costs a small fraction of looking at every id.
 */
export class TimeIndex {
  /** Each in order and not empty; the blocks are in order too. */
  private readonly blocks: Dated[][] = []
  private turn = 0

  add(time: Time, id: number): void {
    const entry = { time, id }
    const at = Math.max(0, this.blockOf(entry))
    const block = this.blocks[at]
    if (!block) {
      this.blocks.push([entry])
      return
    }
    block.splice(placeIn(block, entry), 0, entry)
    if (block.length > MOST_IN_BLOCK) this.blocks.splice(at + 1, 0, block.splice(block.length >>> 1))
  }

  delete(time: Time, id: number): void {
    const entry = { time, id }
    const at = this.blockOf(entry)
    const block = this.blocks[at]
    const place = block ? placeIn(block, entry) : -1
    if (!block || block[place]?.id !== id || block[place].time !== time) return
    block.splice(place, 1)
    if (block.length === 0) this.blocks.splice(at, 1)
  }

  /**
   * Removes the ids whose time is not wanted and returns them. Ids whose neighbours in time are wanted before and
   * after them may be left until a later call.
   */
  takeUnwanted(isWanted: (time: Time) => boolean): number[] {
    const taken: number[] = []
    const { length } = this.blocks
    const turn = this.turn < length ? this.turn : 0
    for (const [at, block] of this.blocks.entries()) {
      const isInTurn = (at - turn + length) % length < BLOCKS_IN_TURN
      const ends = [block[0], block.at(-1)]
      if (!isInTurn && ends.every((entry) => entry && isWanted(entry.time))) continue
      const kept = block.filter(({ time }) => isWanted(time))
      if (kept.length === block.length) continue
      taken.push(...block.filter(({ time }) => !isWanted(time)).map(({ id }) => id))
      this.blocks[at] = kept
    }
    this.turn = turn + BLOCKS_IN_TURN
    if (taken.length > 0) this.dropEmptyBlocks()
    return taken
  }

  private dropEmptyBlocks(): void {
    const kept = this.blocks.filter(({ length }) => length > 0)
    this.blocks.splice(0, this.blocks.length, ...kept)
  }

  /** The last block that starts at the entry or before it; −1 where every block starts after it. */
  private blockOf(entry: Dated): number {
    let [from, until] = [0, this.blocks.length]
    while (from < until) {
      const middle = (from + until) >>> 1
      const first = this.blocks[middle]?.[0]
      if (first && compare(first, entry) <= 0) from = middle + 1
      else until = middle
    }
    return from - 1
  }
}

/** The place of the first entry that is not before this one. */
function placeIn(block: readonly Dated[], entry: Dated): number {
  let [from, until] = [0, block.length]
  while (from < until) {
    const middle = (from + until) >>> 1
    const other = block[middle]
    if (other && compare(other, entry) < 0) from = middle + 1
    else until = middle
  }
  return from
}

/** Ids tell entries of the same time apart. */
function compare(a: Dated, b: Dated): number {
  return a.time === b.time ? a.id - b.id : a.time - b.time
}
