import { expect, test } from '@jest/globals'
import { acceptanceAccount, catalogOf, entryOf, inFullRefresh } from './acceptance.js'

const entry = entryOf('full_refresh')
const { run } = acceptanceAccount()

/** Where Pipedrive gives a row no time, the column says when this source first saw it so: each refresh anew. */
const SEEN_NOW = '_changed_at'

test('two full refreshes emit the same records, the second with later emission times', async () => {
  const read = async () => {
    const { messages, exitCode } = await run('read', {
      config: entry.config_path,
      catalog: inFullRefresh(catalogOf(entry)),
    })
    expect(exitCode).toBe(0)
    const records = messages.flatMap(({ record }) => (record ? [record] : []))
    const rows = records.map(({ stream, data: { [SEEN_NOW]: _, ...row } }) => JSON.stringify([stream, row]))
    const times = records.map(({ emitted_at }) => emitted_at)
    return { rows: rows.sort(), first: Math.min(...times), last: Math.max(...times) }
  }
  const [one, two] = [await read(), await read()]
  expect(one.rows.length).toBeGreaterThan(0)
  expect(two.rows).toEqual(one.rows)
  expect(two.first).toBeGreaterThan(one.last)
})
