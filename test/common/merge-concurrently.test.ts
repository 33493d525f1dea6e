import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ConcurrentMerge } from '../../src/common/merge-concurrently.js'
import { fuzzed } from '../support/fuzz.js'

/** Runs whatever can run without time passing. */
const settle = () => new Promise<void>((next) => setImmediate(next))

/** A generator that yields when it is released; it notes how far it was asked to go. */
class Source {
  asked = 0
  readonly items: AsyncGenerator<string>
  private readonly waiting: (() => void)[] = []

  constructor(name: string, length = Infinity, end?: Error) {
    this.items = this.generate(name, length, end)
  }

  /** Lets it come one item, or its end, further. */
  async release(times = 1): Promise<void> {
    for (let time = 0; time < times; time++) {
      this.waiting.shift()?.()
      await settle()
    }
  }

  private async *generate(name: string, length: number, end?: Error): AsyncGenerator<string> {
    for (let index = 0; ; index++) {
      this.asked += 1
      await new Promise<void>((resume) => this.waiting.push(resume))
      if (index >= length) break
      yield `${name}${index}`
    }
    if (end) throw end
  }
}

/** Reads all the time; what was read, and how it ended. */
class Reader {
  readonly read: string[] = []
  ended: unknown

  constructor(lists: AsyncIterable<string>) {
    void this.drain(lists).then(
      () => (this.ended = 'all'),
      (error: unknown) => (this.ended = error),
    )
  }

  private async drain(lists: AsyncIterable<string>): Promise<void> {
    for await (const item of lists) this.read.push(item)
  }
}

async function* quick<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) {
    await Promise.resolve()
    yield item
  }
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

const generatorsOf = (sources: readonly Source[]) => sources.map(({ items }) => items)

describe('merged generators', () => {
  test('end at once when there are none', async () => {
    expect(await collect(new ConcurrentMerge<string>([], () => 5))).toEqual([])
  })

  test('end when they yield nothing', async () => {
    expect(await collect(new ConcurrentMerge<string>([quick([]), quick([])], () => 1))).toEqual([])
  })

  test('come out as they come, each in its own order', async () => {
    const [a, b] = [new Source('a', 2), new Source('b', 2)] as const
    const reader = new Reader(new ConcurrentMerge(generatorsOf([a, b]), () => 2))
    await settle()
    await b.release()
    await a.release()
    await b.release()
    await a.release()
    expect(reader.read).toEqual(['b0', 'a0', 'b1', 'a1'])
    expect(reader.ended).toBeUndefined()
    await a.release()
    expect(reader.ended).toBeUndefined()
    await b.release()
    expect(reader.ended).toBe('all')
  })

  test('do not wait for one that hangs', async () => {
    const [slow, fast] = [new Source('slow'), new Source('fast', 3)] as const
    const reader = new Reader(new ConcurrentMerge(generatorsOf([slow, fast]), () => 2))
    await settle()
    await fast.release(4)
    expect(reader.read).toEqual(['fast0', 'fast1', 'fast2'])
    expect(slow.asked).toBe(1)
  })

  test('take turns when all of them yield', async () => {
    const lists = ['a', 'b', 'c'].map((name) => quick([`${name}0`, `${name}1`, `${name}2`]))
    const read = await collect(new ConcurrentMerge(lists, () => 3))
    const rounds = [read.slice(0, 3), read.slice(3, 6), read.slice(6)].map((round) => round.toSorted())
    expect(rounds).toEqual([0, 1, 2].map((index) => ['a', 'b', 'c'].map((name) => `${name}${index}`)))
  })

  test('come out one after another when only one may run', async () => {
    const lists = ['a', 'b', 'c'].map((name) => quick([`${name}0`, `${name}1`]))
    expect(await collect(new ConcurrentMerge(lists, () => 1))).toEqual(['a0', 'a1', 'b0', 'b1', 'c0', 'c1'])
  })

  test('lose nothing that is falsy', async () => {
    const items = [0, '', false]
    expect(await collect(new ConcurrentMerge<number | string | boolean>([quick(items)], () => 1))).toEqual(
      items,
    )
  })

  test('are not asked for anything before the reader starts', async () => {
    const source = new Source('a')
    const lists = new ConcurrentMerge(generatorsOf([source]), () => 1)
    await settle()
    expect(source.asked).toBe(0)
    const first = lists[Symbol.asyncIterator]().next()
    await source.release()
    expect(await first).toEqual({ done: false, value: 'a0' })
  })
})

describe('a reader that is slow', () => {
  test('has each generator wait until its item has been used', async () => {
    const [a, b] = [new Source('a'), new Source('b')] as const
    const reading = new ConcurrentMerge(generatorsOf([a, b]), () => 2)[Symbol.asyncIterator]()
    const first = reading.next()
    await settle()
    await a.release()
    await b.release()
    expect((await first).value).toBe('a0')
    await a.release(3)
    await b.release(3)
    expect([a.asked, b.asked]).toEqual([1, 1])
    expect((await reading.next()).value).toBe('b0')
    await a.release(3)
    await b.release(3)
    // The item of a was used when the next one was asked for.
    expect([a.asked, b.asked]).toEqual([2, 1])
    expect((await reading.next()).value).toBe('a1')
    await settle()
    expect([a.asked, b.asked]).toEqual([2, 2])
  })
})

describe('the width', () => {
  const begun = (sources: readonly Source[]) => sources.filter(({ asked }) => asked > 0).length

  test.each([
    { width: 1, running: 1 },
    { width: 2, running: 2 },
    { width: 2.5, running: 3 },
    { width: 10, running: 5 },
    { width: Infinity, running: 5 },
    { width: 0, running: 1 },
    { width: -3, running: 1 },
  ])('of $width lets $running of five run at once', async ({ width, running }) => {
    const sources = Array.from('abcde', (name) => new Source(name))
    new Reader(new ConcurrentMerge(generatorsOf(sources), () => width))
    await settle()
    expect(begun(sources)).toBe(running)
  })

  test('stays the same: the next generator begins when one has ended', async () => {
    const sources = Array.from('abcd', (name) => new Source(name, 1))
    const [a, b] = sources
    new Reader(new ConcurrentMerge(generatorsOf(sources), () => 2))
    await settle()
    await b?.release()
    expect(begun(sources)).toBe(2)
    await b?.release()
    expect(begun(sources)).toBe(3)
    await a?.release(2)
    expect(begun(sources)).toBe(4)
  })

  test('that grows lets more begin as soon as anything happens', async () => {
    const sources = Array.from('abcd', (name) => new Source(name))
    let width = 1
    new Reader(new ConcurrentMerge(generatorsOf(sources), () => width))
    await settle()
    expect(begun(sources)).toBe(1)
    width = 3
    await sources[0]?.release()
    expect(begun(sources)).toBe(3)
  })

  test('that shrinks lets fewer begin as others end; none is stopped', async () => {
    const sources = Array.from('abcd', (name) => new Source(name, 1))
    const [a, b, c] = sources
    let width = 3
    const reader = new Reader(new ConcurrentMerge(generatorsOf(sources), () => width))
    await settle()
    width = 1
    await a?.release(2)
    await b?.release(2)
    expect(begun(sources)).toBe(3)
    await c?.release(2)
    expect(begun(sources)).toBe(4)
    expect(reader.read).toEqual(['a0', 'b0', 'c0'])
  })
})

describe('an item that is posted', () => {
  test('comes out although all generators wait', async () => {
    const source = new Source('a', 1)
    const lists = new ConcurrentMerge(generatorsOf([source]), () => 1)
    const reader = new Reader(lists)
    await settle()
    lists.post('posted')
    await settle()
    expect(reader.read).toEqual(['posted'])
    await source.release(2)
    expect([reader.read, reader.ended]).toEqual([['posted', 'a0'], 'all'])
  })

  test('comes out after what was ready before, and before what comes later', async () => {
    const source = new Source('a', 3)
    const lists = new ConcurrentMerge(generatorsOf([source]), () => 1)
    const reading = lists[Symbol.asyncIterator]()
    const first = reading.next()
    await settle()
    await source.release()
    lists.post('one')
    lists.post('two')
    const read = [await first, await reading.next(), await reading.next()]
    const next = reading.next()
    await settle()
    await source.release()
    expect([...read, await next].map(({ value }) => value as unknown)).toEqual(['a0', 'one', 'two', 'a1'])
  })

  test('comes out where there is no generator, and before the end', async () => {
    const lists = new ConcurrentMerge<string>([], () => 1)
    lists.post('posted')
    expect(await collect(lists)).toEqual(['posted'])
  })

  test('comes out while the reader is busy with the last item', async () => {
    const lists = new ConcurrentMerge([quick(['last'])], () => 1)
    const read: string[] = []
    for await (const item of lists) {
      read.push(item)
      await settle()
      if (item === 'last') lists.post('posted')
    }
    expect(read).toEqual(['last', 'posted'])
  })
})

describe('an error of one generator', () => {
  const error = new Error('The list is gone.')

  test('reaches the reader after the items of that one', async () => {
    const [a, b] = [new Source('a', 1, error), new Source('b')] as const
    const reader = new Reader(new ConcurrentMerge(generatorsOf([a, b]), () => 2))
    await settle()
    await b.release()
    await a.release()
    expect(reader.ended).toBeUndefined()
    await a.release()
    expect(reader.read).toEqual(['b0', 'a0'])
    expect(reader.ended).toBe(error)
  })

  test('waits for a reader that is busy, without being an unhandled rejection', async () => {
    const [a, b] = [new Source('a', 0, error), new Source('b')] as const
    const reading = new ConcurrentMerge(generatorsOf([a, b]), () => 2)[Symbol.asyncIterator]()
    const first = reading.next()
    await settle()
    await b.release()
    await first
    await a.release()
    await settle()
    await expect(reading.next()).rejects.toBe(error)
  })

  test('of another one that comes later is ignored, and not left unhandled', async () => {
    const [a, b] = [new Source('a', 0, error), new Source('b', 0, new Error('later'))] as const
    const reader = new Reader(new ConcurrentMerge(generatorsOf([a, b]), () => 2))
    await settle()
    await a.release()
    await b.release()
    expect(reader.ended).toBe(error)
  })
})

describe('a reader that stops reading', () => {
  test('lets the generators end', async () => {
    let ended = false
    async function* endless(): AsyncGenerator<number> {
      try {
        for (let index = 0; ; index++) {
          await Promise.resolve()
          yield index
        }
      } finally {
        ended = true
      }
    }
    for await (const item of new ConcurrentMerge([endless()], () => 1)) if (item > 2) break
    await settle()
    expect(ended).toBe(true)
  })
})

describe('for all lists and widths', () => {
  test('no item is lost, none comes twice, and each list keeps its order', async () => {
    /** How many turns of the event loop each item takes. */
    const delays = fc.array(fc.nat({ max: 3 }), { maxLength: 8 })
    const widths = fc.array(fc.integer({ min: -1, max: 6 }), { minLength: 1, maxLength: 8 })

    async function* items(list: number, turns: readonly number[]): AsyncGenerator<string> {
      for (const [index, count] of turns.entries()) {
        for (let turn = 0; turn < count; turn++) await settle()
        yield `${list}.${index}`
      }
    }

    await fc.assert(
      fc.asyncProperty(
        fc.array(delays, { maxLength: 6 }),
        widths,
        fc.nat({ max: 2 }),
        async (lists, wide, pause) => {
          let asked = 0
          const width = () => wide[(asked += 1) % wide.length] ?? 1
          const read: string[] = []
          for await (const item of new ConcurrentMerge(
            lists.map((turns, list) => items(list, turns)),
            width,
          )) {
            read.push(item)
            for (let turn = 0; turn < pause; turn++) await settle()
          }
          for (const [list, turns] of lists.entries()) {
            const own = read.filter((item) => item.startsWith(`${list}.`))
            expect(own).toEqual(turns.map((_, index) => `${list}.${index}`))
          }
          expect(read).toHaveLength(lists.flat().length)
        },
      ),
      fuzzed(50),
    )
  })
})

describe('companions', () => {
  test('all run at once, whatever the width, and do not count against it', async () => {
    const [a, b] = [new Source('a', 1), new Source('b', 1)] as const
    const companions = Array.from('xyz', (name) => new Source(name, 1))
    const reader = new Reader(new ConcurrentMerge(generatorsOf([a, b]), () => 1, generatorsOf(companions)))
    await settle()
    expect([a, b, ...companions].map(({ asked }) => asked)).toEqual([1, 0, 1, 1, 1])
    await companions[1]?.release(2)
    expect(b.asked).toBe(0)
    await a.release(2)
    expect(b.asked).toBe(1)
    expect(reader.read).toEqual(['y0', 'a0'])
  })

  test('are waited for when the others have ended', async () => {
    const companion = new Source('x', 1)
    const reader = new Reader(new ConcurrentMerge([quick(['a'])], () => 1, generatorsOf([companion])))
    await settle()
    expect([reader.read, reader.ended]).toEqual([['a'], undefined])
    await companion.release(2)
    expect([reader.read, reader.ended]).toEqual([['a', 'x0'], 'all'])
  })

  test('that fail end the reading', async () => {
    const error = new Error('The children are gone.')
    const [a, companion] = [new Source('a'), new Source('x', 0, error)] as const
    const reader = new Reader(new ConcurrentMerge(generatorsOf([a]), () => 1, generatorsOf([companion])))
    await settle()
    await companion.release()
    expect(reader.ended).toBe(error)
  })
})
