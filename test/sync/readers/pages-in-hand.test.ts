import { setImmediate } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { PagesInHand } from '../../../src/sync/readers/pages-in-hand.js'

interface TestPage {
  rows: { key: string }[]
}

/** Pages whose responses come at once, and are parsed when it is their turn. */
async function* pagesOf(pages: PagesInHand, lane: string, count: number, parsed: string[]) {
  for (let at = 0; at < count; at += 1) {
    await pages.turn()
    parsed.push(`${lane}${at}`)
    const page: TestPage = { rows: [{ key: `${lane}${at}` }] }
    yield page
  }
}

/** Several turns of the event loop. */
async function later(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await setImmediate()
}

test('A page that is written at once is written before the next one is parsed.', async () => {
  const pages = new PagesInHand()
  const events: string[] = []
  const read = async (lane: string) => {
    for await (const { rows } of pages.hold(pagesOf(pages, lane, 3, events)))
      events.push(`wrote ${rows[0]?.key}`)
  }
  await Promise.all(['a', 'b', 'c'].map(read))
  const parsed = events.filter((event) => !event.startsWith('wrote'))
  expect(parsed).toHaveLength(9)
  expect(events).toEqual(parsed.flatMap((page) => [page, `wrote ${page}`]))
})

test('While a page waits to be written, no other one is parsed.', async () => {
  const pages = new PagesInHand()
  const parsed: string[] = []
  const lanes = ['a', 'b', 'c', 'd', 'e'].map((lane) => pages.hold(pagesOf(pages, lane, 2, parsed)))
  const first = lanes.map((lane) => lane.next())
  await later()
  expect(parsed).toEqual(['a0'])
  await first[0]
  // Asking for the next page says that the last one is written.
  const next = lanes[0]?.next()
  await later()
  expect(parsed).toEqual(['a0', 'b0'])
  for (const at of [1, 2, 3]) {
    await first[at]
    await lanes[at]?.return(undefined)
  }
  await first[4]
  await lanes[4]?.return(undefined)
  await next
  expect(parsed).toEqual(['a0', 'b0', 'c0', 'd0', 'e0', 'a1'])
})

test('A response that is of no use does not keep others from being parsed.', async () => {
  const pages = new PagesInHand()
  await pages.turn()
  await pages.turn()
  const parsed: string[] = []
  await pages.hold(pagesOf(pages, 'a', 1, parsed)).next()
  expect(parsed).toEqual(['a0'])
})
