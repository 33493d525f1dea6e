import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { LineBuffer } from '../../src/airbyte/line-buffer.js'

const bytesOf = (texts: readonly string[], lines = new LineBuffer()): string => {
  for (const text of texts) lines.append(text)
  return lines.bytes.toString('utf8')
}

test('appended texts stand one behind the other, whatever their characters', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.integer({ min: 0, max: 70_000 }).map((n) => 'ö'.repeat(n)),
  )
  fc.assert(
    fc.property(fc.array(text, { maxLength: 6 }), (texts) => {
      expect(bytesOf(texts)).toBe(texts.join(''))
    }),
    { numRuns: 60 },
  )
})

test.each([65_535, 65_536, 65_537, 5_000_000])('%i characters fit', (length) => {
  expect(bytesOf(['a', 'b'.repeat(length), 'c'])).toBe(`a${'b'.repeat(length)}c`)
})

test.each([10, 5_000_000])('after %i characters were cleared, the next ones stand alone', (length) => {
  const lines = new LineBuffer()
  lines.append('a'.repeat(length))
  lines.clear()
  expect(bytesOf(['b'], lines)).toBe('b')
})
