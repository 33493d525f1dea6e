import { describe, expect, test } from '@jest/globals'
import { formatTime, parseTime, startOf, toRfc3339 } from '../../src/common/time.js'

describe('a moment is read', () => {
  test.each([
    { name: 'as v1 writes it', text: '2026-05-15 10:11:59', moment: '2026-05-15T10:11:59.000Z' },
    { name: 'as v2 writes it', text: '2026-05-15T10:11:59Z', moment: '2026-05-15T10:11:59.000Z' },
    { name: 'as leads write it', text: '2026-05-15T10:11:59.702Z', moment: '2026-05-15T10:11:59.702Z' },
    { name: 'without a zone', text: '2026-05-15T10:11:59', moment: '2026-05-15T10:11:59.000Z' },
    { name: 'to the millisecond', text: '2026-05-15 10:11:59.123456', moment: '2026-05-15T10:11:59.123Z' },
    { name: 'with a short fraction', text: '2026-05-15T10:11:59.5Z', moment: '2026-05-15T10:11:59.500Z' },
    { name: 'with an offset', text: '2026-05-15T10:11:59+02:00', moment: '2026-05-15T08:11:59.000Z' },
    {
      name: 'with an offset without a colon',
      text: '2026-05-15 10:11:59-0330',
      moment: '2026-05-15T13:41:59.000Z',
    },
  ])('$name', ({ text, moment }) => {
    expect(new Date(parseTime(text) ?? NaN).toISOString()).toBe(moment)
  })

  test.each([
    { value: null },
    { value: undefined },
    { value: '' },
    { value: '2026-05-15' },
    { value: '10:11:59' },
    { value: '2026-05-15T10:11' },
    { value: '0000-00-00 00:00:00' },
    { value: '2026-13-15 10:11:59' },
    { value: '2026-05-15 25:11:59' },
    { value: '2026-05-15T10:11:59+2' },
    { value: 'yesterday' },
    { value: 1_778_838_719_000 },
    { value: { date: '2026-05-15' } },
  ])('not in $value', ({ value }) => {
    expect(parseTime(value)).toBeNull()
  })
})

describe('a moment is written', () => {
  test.each([
    {
      name: 'without a fraction where there is none',
      time: Date.UTC(2026, 4, 15, 10),
      text: '2026-05-15T10:00:00Z',
    },
    {
      name: 'with the fraction it has',
      time: Date.UTC(2026, 4, 15, 10, 0, 0, 70),
      text: '2026-05-15T10:00:00.070Z',
    },
    { name: 'at the beginning of time', time: 0, text: '1970-01-01T00:00:00Z' },
  ])('$name', ({ time, text }) => {
    expect(formatTime(time)).toBe(text)
    expect(parseTime(text)).toBe(time)
  })
})

describe('a value is made RFC 3339', () => {
  test.each([
    { name: 'from v1’s form', value: '2026-05-15 10:11:59', made: '2026-05-15T10:11:59Z' },
    { name: 'from a form without a zone', value: '2026-05-15T10:11:59', made: '2026-05-15T10:11:59Z' },
    {
      name: 'with every digit of its fraction',
      value: '2026-05-15 10:11:59.123456',
      made: '2026-05-15T10:11:59.123456Z',
    },
    { name: 'by leaving it as it is', value: '2026-05-15T10:11:59.702Z', made: '2026-05-15T10:11:59.702Z' },
    { name: 'from zeros, which mean never', value: '0000-00-00 00:00:00', made: null },
    { name: 'from a day of zeros', value: '0000-00-00', made: null },
    { name: 'from nothing', value: '', made: null },
  ])('$name', ({ value, made }) => {
    expect(toRfc3339(value)).toBe(made)
  })

  test.each(['2026-05-15', '10:11', 'soon', '2026-05-15T10:11', ' 2026-05-15 10:11:59'])(
    'but not lost: %s',
    (value) => {
      expect(toRfc3339(value)).toBe(value)
    },
  )

  // The offset is kept as it came: `+0200` is not RFC 3339 and fails `format: date-time`, `+02:00` is not UTC.
  test.each([
    { value: '2026-05-15 10:11:59+0200', made: '2026-05-15T08:11:59Z' },
    { value: '2026-05-15T10:11:59+02:00', made: '2026-05-15T08:11:59Z' },
  ])('in UTC from an offset: $value', ({ value, made }) => {
    expect(toRfc3339(value)).toBe(made)
  })
})

describe('a request starts', () => {
  const sentAt = Date.UTC(2026, 4, 15, 10)
  const roundTripMs = 3_000

  test.each([
    { name: 'by the server’s clock, less the way there and back', serverTime: sentAt + 3_000, start: 0 },
    { name: 'by the server’s clock when it is a little behind', serverTime: sentAt - 60_000, start: -63_000 },
    { name: 'by the server’s clock when it is a little ahead', serverTime: sentAt + 63_000, start: 60_000 },
    {
      name: 'by the server’s clock at the edge of what is credible',
      serverTime: sentAt + 123_000,
      start: 120_000,
    },
    { name: 'by our clock when the server’s is far ahead', serverTime: sentAt + 123_001, start: 0 },
    { name: 'by the server’s clock when ours is far ahead', serverTime: sentAt - 600_000, start: -603_000 },
    { name: 'by our clock when the server has none', serverTime: undefined, start: 0 },
  ])('$name', ({ serverTime, start }) => {
    const times = { sentAt, roundTripMs, ...(serverTime !== undefined && { serverTime }) }
    expect(startOf(times) - sentAt).toBe(start)
  })
})
