import { describe, expect, test } from '@jest/globals'
import { readable, singleLine } from '../../src/airbyte/readable.js'

describe('a readable text', () => {
  test.each([
    { name: 'is unchanged if it is short and plain', text: 'Zürich 東京 😀', result: 'Zürich 東京 😀' },
    { name: 'is one line', text: 'a\r\n\tb\u2028c\u2029d\u0085e', result: 'a b c d e' },
    { name: 'has no blanks at its ends', text: ' \n a \t', result: 'a' },
    { name: 'has no escape sequence for a terminal', text: 'a\u001b[31mred\u009b0m', result: 'a [31mred 0m' },
    { name: 'has no NUL, backspace or DEL', text: 'a\0b\bc\u007fd', result: 'a b c d' },
    { name: 'has no marks that turn its direction', text: 'a\u202eb\u2066c\u200f', result: 'abc' },
    { name: 'keeps the joiners of emoji', text: '👩\u200d💻', result: '👩\u200d💻' },
    { name: 'has no lone surrogates', text: 'a\ud800', result: 'a\ufffd' },
    { name: 'may be empty', text: '', result: '' },
  ])('$name', ({ text, result }) => {
    expect(readable(text)).toBe(result)
    expect(singleLine(text)).toBe(result)
  })

  test('of 300 characters is not cut', () => {
    expect(readable('x'.repeat(300))).toBe('x'.repeat(300))
  })

  test('is cut to 300 characters, the last of which says so', () => {
    expect(readable('x'.repeat(301))).toBe(`${'x'.repeat(299)}…`)
    expect(readable('x'.repeat(1_000_000))).toHaveLength(300)
    expect(readable('x'.repeat(11), 10)).toBe(`${'x'.repeat(9)}…`)
  })

  test('is not cut between the halves of a surrogate pair', () => {
    expect(readable('😀'.repeat(10), 10)).toBe(`${'😀'.repeat(4)}…`)
  })

  test('is at its full length as a single line', () => {
    expect(singleLine('x\n'.repeat(1000))).toHaveLength(1999)
  })
})
