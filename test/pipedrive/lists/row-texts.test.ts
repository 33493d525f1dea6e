import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { RawRow } from '../../../src/pipedrive/lists/raw-row.js'
import { RowTexts } from '../../../src/pipedrive/lists/row-texts.js'
import { contentOf } from '../../support/content.js'

/** The rows of a body, and their texts as they are cut out of it. */
function cut(body: string): { rows: RawRow[]; texts: (string | undefined)[] } {
  const { data: rows } = JSON.parse(body) as { data: RawRow[] }
  const all = new RowTexts(contentOf(body), rows)
  return { rows, texts: rows.map((_, index) => all.of(index)?.toString()) }
}

const bodyOf = (rows: string, rest = ',"additional_data":{"next_cursor":null}}') =>
  `{"success":true,"data":[${rows}]${rest}`

describe('the text of each row', () => {
  test.each([
    { name: 'of one row', rows: '{"id":1,"title":"A"}' },
    { name: 'of several rows', rows: '{"id":1,"a":{"b":[{}]}},{"id":2},{"id":3,"a":"}"}' },
    { name: 'of rows with texts for ids', rows: '{"id":"x\\"y"},{"id":"z","a":[1,2]}' },
    { name: 'of rows with brackets in their texts', rows: '{"id":1,"a":"},{"},{"id":2,"b":"}],\\"id\\":"}' },
    { name: 'of rows with escaped backslashes', rows: '{"id":1,"a":"\\\\"},{"id":2,"a":"\\\\\\"}"}' },
    { name: 'of rows that hold objects with other first members', rows: '{"id":1,"p":[{"v":1},{"v":2}]}' },
    { name: 'of rows with characters of several bytes', rows: '{"id":1,"a":"ö😀"},{"id":"ab","a":"é"}' },
    { name: 'of rows with braces and blanks in their texts', rows: '{"id":1,"a":"{x} , {y}"},{"id":2}' },
    { name: 'of rows with a decimal fraction', rows: '{"id":1,"a":1.05},{"id":2,"a":0.5}' },
  ])('is cut out of a response $name', ({ rows }) => {
    const { rows: parsed, texts } = cut(bodyOf(rows))
    expect(texts).toEqual(parsed.map((row) => JSON.stringify(row)))
  })

  test('is cut out where the rows are the last member of the response', () => {
    expect(cut(bodyOf('{"id":1},{"id":2}', '}')).texts).toEqual(['{"id":1}', '{"id":2}'])
  })

  test.each([
    { name: 'a row begins with another member', rows: '{"id":1},{"name":"A","id":2}' },
    { name: 'a row holds objects that begin like rows', rows: '{"id":1,"p":[{"id":1},{"id":2}]},{"id":2}' },
    {
      name: 'a row holds an object that begins as the next row would, with the same id',
      rows: '{"id":1,"p":[{"id":9},{"id":2}]},{"name":"A","id":2}',
    },
    {
      name: 'the last row holds objects that begin like rows',
      rows: '{"id":1},{"id":2,"p":[{"id":3},{"id":4}]}',
    },
    { name: 'blanks lie between the rows', rows: '{"id":1}, {"id":2}' },
    { name: 'a blank lies before one comma', rows: '{"id":1,"p":[{"id":9},{"id":2}]} ,{"id":2}' },
    { name: 'a blank lies behind one comma', rows: '{"id":1,"p":[{"id":9},{"id":2}]}, {"id":2}' },
    { name: 'a blank lies behind one brace', rows: '{"id":1,"p":[{"id":9},{"id":2}]},{ "id":2}' },
    { name: 'a blank lies behind one name', rows: '{"id":1,"p":[{"id":9},{"id":2}]},{"id" :2}' },
    {
      name: 'one name is escaped in its middle',
      rows: '{"id":1,"p":[{"x":9},{"id":2}]},{"i\\u0064":2}',
    },
    { name: 'one name is escaped', rows: '{"id":1,"p":[{"id":9},{"id":2}]},{"\\u0069d":2}' },
    { name: 'the response has its data twice', rows: '{"id":1}],"data":[{"id":1,"a":2}' },
    { name: 'an id is written in an unusual way', rows: '{"id":1e0},{"id":2}' },
    { name: 'an id is not ASCII', rows: '{"id":"ö"},{"id":"é"}' },
    { name: 'a row has no members', rows: '{},{"id":2}' },
    { name: 'a row begins with an object', rows: '{"id":{"a":1}},{"id":{"a":2}}' },
  ])('is not known where $name', ({ rows }) => {
    expect(cut(bodyOf(rows)).texts.every((text) => text === undefined)).toBe(true)
  })

  test('is not known where the response begins in another way', () => {
    const { texts } = cut('{"success":true,"related":{"data":[{"id":1}]},"data":[{"id":1,"a":2}]}')
    expect(texts).toEqual([undefined])
  })

  test.each([
    { name: 'a character is escaped that need not be', row: '{"id":2,"a":"\\u0041"}' },
    { name: 'a slash is escaped', row: '{"id":2,"a":"https:\\/\\/x"}' },
    { name: 'half of a character is escaped', row: '{"id":2,"a":"\\ud800"}' },
    { name: 'an integer has a fraction', row: '{"id":2,"a":5.0}' },
    { name: 'an integer has a fraction in a list', row: '{"id":2,"a":[5.00]}' },
    { name: 'a line break lies between members', row: '{"id":2,\n"a":1}' },
  ])('is not known for the one row in which $name', ({ row }) => {
    expect(cut(bodyOf(`{"id":1,"a":"b\\n"},${row},{"id":3}`)).texts).toEqual([
      '{"id":1,"a":"b\\n"}',
      undefined,
      '{"id":3}',
    ])
  })

  test.each([
    { name: 'few', row: '{"id":2,"a":[[]],"b":{}}', most: 4 },
    { name: 'many', row: `{"id":2,"a":${'['.repeat(10)}${']'.repeat(10)}}`, most: 11 },
    { name: 'both kinds of', row: `{"id":2,"a":${'[{"b":'.repeat(10)}1${'}]'.repeat(10)}}`, most: 21 },
  ])('has $name brackets, those of other rows not counted', ({ row, most }) => {
    const rows = `{"id":1,"a":[[[[]]]]},${row},{"id":3,"a":[[[[]]]]}`
    const { data } = JSON.parse(bodyOf(rows)) as { data: RawRow[] }
    const text = new RowTexts(contentOf(bodyOf(rows)), data).of(1)
    expect([most, most - 1].map((count) => text?.hasMoreBracketsThan(count))).toEqual([false, true])
  })

  test('is not known any more when the bytes were given back, and cannot be read', () => {
    const body = bodyOf('{"id":1},{"id":2}')
    const all = new RowTexts(contentOf(body), (JSON.parse(body) as { data: RawRow[] }).data)
    const text = all.of(1)
    expect(text?.toString()).toBe('{"id":2}')
    all.drop()
    expect([all.of(0), all.of(1)]).toEqual([undefined, undefined])
    expect(() => text?.toString()).toThrow('after they had been given back')
  })

  test('is that of JSON.stringify or not known, whatever the rows hold', () => {
    const value = fc.jsonValue({ maxDepth: 3 })
    const row = fc.tuple(fc.integer({ min: 0, max: 3 }), value, value)
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 4 }), value, (given, rest) => {
        const data = given.map(([id, a, b]) => ({ id, a, b: [{ id: 1 }, { id: id + 1 }].slice(0, id), c: b }))
        const body = JSON.stringify({ success: true, data, additional_data: rest })
        const { rows, texts } = cut(body)
        texts.forEach((text, index) => {
          if (text !== undefined) expect(text).toBe(JSON.stringify(rows[index]))
        })
      }),
      { numRuns: 300 },
    )
  })
})
