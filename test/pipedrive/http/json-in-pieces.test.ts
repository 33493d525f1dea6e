import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readExactJson } from '../../../src/common/exact-json.js'
import { readInPieces } from '../../../src/pipedrive/http/json-in-pieces.js'
import { contentOf } from '../../support/content.js'

const LONG = 'x'.repeat(900)

/** The text of a response with rows of a kilobyte: three pieces and more. */
function responseOf(rowOf: (id: number) => string, end = '],"additional_data":{"next_cursor":"c"}}'): string {
  const rows = Array.from({ length: 250 }, (_, at) => rowOf(at + 1))
  return `{"success":true,"data":[${rows.join()}${end}`
}

const inPieces = (text: string) => readInPieces(Buffer.from(text), 'utf8')

const row = (id: number) => JSON.stringify({ id, text: LONG })

test.each([
  { name: 'plain', text: responseOf(row) },
  { name: 'not ASCII', text: responseOf((id) => JSON.stringify({ id, text: `${LONG}ö😀` })) },
  { name: 'nested', text: responseOf((id) => JSON.stringify({ id, of: { id, text: LONG }, more: [[]] })) },
  {
    name: 'like the beginning of a row in their texts',
    text: responseOf((id) => JSON.stringify({ id, text: `${LONG}},{"id":2},{"id":3` })),
  },
  { name: 'known by a text', text: responseOf((id) => JSON.stringify({ uuid: `a${id}`, text: LONG })) },
])('rows that are $name are read in pieces as they are read at once', ({ text }) => {
  expect(inPieces(text)).toEqual(readExactJson(text))
})

test.each([{ place: 1 }, { place: 120 }, { place: 250 }])(
  'a large integer in row $place keeps its digits',
  ({ place }) => {
    const text = responseOf(
      (id) => `{"id":${id},"n":${id === place ? '9007199254740993' : '1'},"t":"${LONG}"}`,
    )
    const read = inPieces(text)
    expect(read).toEqual(readExactJson(text))
    expect(read?.hasBigInts).toBe(true)
  },
)

test.each([
  { name: 'is short', text: '{"success":true,"data":[{"id":1}]}' },
  { name: 'begins in another way', text: responseOf(row).replace('{"success"', '{ "success"') },
  { name: 'does not succeed', text: responseOf(row).replace('true', 'null') },
  {
    name: 'has lists of objects that begin as its rows do',
    text: responseOf((id) =>
      JSON.stringify({ id, of: Array.from({ length: 99 }, (_, at) => ({ id: at, text: LONG })) }),
    ),
  },
  { name: 'has its rows twice', text: responseOf(row, '],"data":[{"id":7}]}') },
  { name: 'is cut off', text: responseOf(row, '') },
  { name: 'is cut off inside of a row', text: responseOf(row, ',{"id":251,"te') },
  { name: 'has a bracket too many', text: responseOf(row, ']]}') },
])('a response that $name is not read in pieces', ({ text }) => {
  expect(inPieces(text)).toBeUndefined()
})

test('a response that says success: false behind its rows is read as it stands', () => {
  const text = responseOf(row, '],"success":false,"error":"Try later"}')
  expect(inPieces(text)).toEqual(readExactJson(text))
})

test('the bytes stay as they were: rows are cut out of them later', () => {
  const text = responseOf(row)
  const content = contentOf(text)
  content.json()
  expect(content.bytes.toString()).toBe(text)
})

test('any rows are read in pieces as they are read at once', () => {
  const rows = fc.array(fc.record({ id: fc.nat(), a: fc.jsonValue(), b: fc.string({ unit: 'grapheme' }) }), {
    minLength: 1,
    maxLength: 20,
  })
  fc.assert(
    fc.property(rows, fc.nat({ max: 40_000 }), (some, padding) => {
      const all = Array.from({ length: 20 }, () => some)
        .flat()
        .map((of) => ({ ...of, padding: 'p'.repeat(padding) }))
      const text = JSON.stringify({ success: true, data: all, additional_data: null })
      expect(contentOf(text).json()).toEqual(readExactJson(text))
    }),
    { numRuns: 50 },
  )
})
