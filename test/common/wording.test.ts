import { describe, expect, test } from '@jest/globals'
import { count, duration } from '../../src/common/wording.js'

describe('a count in a message', () => {
  test.each([
    { number: 0, noun: 'request', text: '0 requests' },
    { number: 1, noun: 'request', text: '1 request' },
    { number: 2, noun: 'request', text: '2 requests' },
    { number: 1_234_567, noun: 'token', text: '1,234,567 tokens' },
    { number: 9_999, noun: undefined, text: '9,999' },
  ])('of $number $noun is written as "$text"', ({ number, noun, text }) => {
    expect(count(number, noun)).toBe(text)
  })
})

describe('a duration in a message', () => {
  test.each([
    { ms: 0, text: '0 seconds' },
    { ms: 1, text: '1 second' },
    { ms: 1_000, text: '1 second' },
    { ms: 1_500, text: '2 seconds' },
    { ms: 119_000, text: '119 seconds' },
    { ms: 120_000, text: '2 minutes' },
    { ms: 121_000, text: '3 minutes' },
    { ms: 3_540_000, text: '59 minutes' },
    { ms: 3_600_000, text: '1 hour' },
    { ms: 3_939_000, text: '1 hour 6 minutes' },
    { ms: 7_260_000, text: '2 hours 1 minute' },
  ])('of $ms ms is written as "$text"', ({ ms, text }) => {
    expect(duration(ms)).toBe(text)
  })
})
