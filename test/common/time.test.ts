import { describe, expect, test } from '@jest/globals'
import {
  formatTime,
  parseTime,
  serverTimeAtSend,
  timeOrNull,
  toRfc3339,
  UnreadableTime,
} from '../../src/common/time.js'

describe('a time is read', () => {
  test.each([
    { name: 'as v1 writes it', text: '2026-05-15 10:11:59', time: '2026-05-15T10:11:59.000Z' },
    { name: 'as v2 writes it', text: '2026-05-15T10:11:59Z', time: '2026-05-15T10:11:59.000Z' },
    { name: 'as leads write it', text: '2026-05-15T10:11:59.702Z', time: '2026-05-15T10:11:59.702Z' },
    { name: 'without a zone', text: '2026-05-15T10:11:59', time: '2026-05-15T10:11:59.000Z' },
    { name: 'in lower case', text: '2026-05-15t10:11:59z', time: '2026-05-15T10:11:59.000Z' },
    { name: 'to the millisecond', text: '2026-05-15 10:11:59.123956', time: '2026-05-15T10:11:59.123Z' },
    {
      name: 'just before the next second',
      text: '2026-05-15 10:11:59.9999999',
      time: '2026-05-15T10:11:59.999Z',
    },
    { name: 'with a short fraction', text: '2026-05-15T10:11:59.5Z', time: '2026-05-15T10:11:59.500Z' },
    { name: 'with a comma', text: '2026-05-15T10:11:59,5Z', time: '2026-05-15T10:11:59.500Z' },
    { name: 'with an offset', text: '2026-05-15T10:11:59+02:00', time: '2026-05-15T08:11:59.000Z' },
    { name: 'with an offset in hours', text: '2026-05-15T10:11:59+02', time: '2026-05-15T08:11:59.000Z' },
    {
      name: 'with an offset without a colon',
      text: '2026-05-15 10:11:59-0330',
      time: '2026-05-15T13:41:59.000Z',
    },
    { name: 'across midnight', text: '2026-05-15T00:30:00+02:00', time: '2026-05-14T22:30:00.000Z' },
    { name: 'as a date', text: '2026-05-15', time: '2026-05-15T00:00:00.000Z' },
    { name: 'as a leap day', text: '2024-02-29', time: '2024-02-29T00:00:00.000Z' },
    { name: 'to the minute', text: '2026-05-15T10:11', time: '2026-05-15T10:11:00.000Z' },
    { name: 'to a fraction of a minute', text: '2026-05-15T10:11.5Z', time: '2026-05-15T10:11:30.000Z' },
    { name: 'to the hour', text: '2026-05-15T10', time: '2026-05-15T10:00:00.000Z' },
    { name: 'at the end of a day', text: '2026-05-15T24:00:00', time: '2026-05-16T00:00:00.000Z' },
    { name: 'in a leap second', text: '2016-12-31T23:59:60Z', time: '2017-01-01T00:00:00.000Z' },
    { name: 'in the basic form', text: '20260515T101159Z', time: '2026-05-15T10:11:59.000Z' },
    { name: 'as a basic date', text: '20260515', time: '2026-05-15T00:00:00.000Z' },
    { name: 'as an ordinal date', text: '2026-135', time: '2026-05-15T00:00:00.000Z' },
    { name: 'as a basic ordinal date', text: '2026135T10Z', time: '2026-05-15T10:00:00.000Z' },
    { name: 'as a week date', text: '2026-W20-5', time: '2026-05-15T00:00:00.000Z' },
    { name: 'as a basic week date', text: '2026W205T1011', time: '2026-05-15T10:11:00.000Z' },
    {
      name: 'as a week that begins in the year before',
      text: '2026-W01-1',
      time: '2025-12-29T00:00:00.000Z',
    },
    { name: 'as week 53', text: '2020-W53-7', time: '2021-01-03T00:00:00.000Z' },
    { name: 'as a month', text: '2026-05', time: '2026-05-01T00:00:00.000Z' },
    { name: 'as a year', text: '2026', time: '2026-01-01T00:00:00.000Z' },
    { name: 'before 1970', text: '1969-12-31T23:59:58.5Z', time: '1969-12-31T23:59:58.500Z' },
    { name: 'in the first century', text: '0042-05-15', time: '0042-05-15T00:00:00.000Z' },
    { name: 'in an expanded year', text: '+012026-05-15', time: '+012026-05-15T00:00:00.000Z' },
  ])('$name', ({ text, time }) => {
    expect(new Date(parseTime(text) ?? NaN).toISOString()).toBe(time)
  })

  test.each([null, undefined, '', '0000-00-00', '0000-00-00 00:00:00', '0000-00-00T00:00:00Z'])(
    'as missing in %p',
    (value) => {
      expect(parseTime(value)).toBeNull()
    },
  )

  test.each([
    '10:11:59',
    '2026-13-15 10:11:59',
    '2026-02-31',
    '2025-02-29T10:00:00Z',
    '2026-366',
    '2026-W54-1',
    '2026-W00-1',
    '2026-W20-8',
    '2026-05-15 25:11:59',
    '2026-05-15 24:00:01',
    '2026-05-15 10:60:59',
    '2026-05-15 10:11:61',
    '2026-05-15T10:11:59+2',
    '2026-05-15T10:11:59+24:00',
    '2026-05-15T',
    ' 2026-05-15',
    'yesterday',
    '1778838719',
    1_778_838_719_000,
    true,
    { date: '2026-05-15' },
    [],
  ])('with an error in %p', (value) => {
    expect(() => parseTime(value)).toThrow(UnreadableTime)
    expect(timeOrNull(value)).toBeNull()
  })

  test('with an error that shows 40 printable characters of the value', () => {
    const error = new UnreadableTime(`\n\u001b[31m${'x'.repeat(60)}`, 'deals.update_time')
    expect(error.message).toBe(`deals.update_time is not a time: "\uFFFD\uFFFD[31m${'x'.repeat(34)}…".`)
    expect(new UnreadableTime({ secret: 1 }).message).toBe('A value is not a time: a value of type object.')
  })
})

describe('a time is written', () => {
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
    {
      name: 'from a fraction after a comma',
      value: '2026-05-15 10:11:59,50',
      made: '2026-05-15T10:11:59.50Z',
    },
    { name: 'from minutes', value: '2026-05-15T10:11', made: '2026-05-15T10:11:00Z' },
    { name: 'from a fraction of a minute', value: '2026-05-15T10:11.0015', made: '2026-05-15T10:11:00.090Z' },
    { name: 'from the basic form', value: '20260515T101159Z', made: '2026-05-15T10:11:59Z' },
    { name: 'from lower case', value: '2026-05-15t10:11:59z', made: '2026-05-15T10:11:59Z' },
    { name: 'from a time before 1970', value: '1969-12-31 23:59:58.25', made: '1969-12-31T23:59:58.25Z' },
    { name: 'from zeros, which mean never', value: '0000-00-00 00:00:00', made: null },
    { name: 'from a day of zeros', value: '0000-00-00', made: null },
    { name: 'from nothing', value: '', made: null },
  ])('$name', ({ value, made }) => {
    expect(toRfc3339(value)).toBe(made)
  })

  test.each([
    '2026-05-15',
    '10:11',
    'soon',
    ' 2026-05-15 10:11:59',
    '2026-05',
    '2026-13-15 10:11:59+02:00',
    '2026-02-31T10:11:59Z',
  ])('unless it is a date or malformed, which keeps its text: %s', (value) => {
    expect(toRfc3339(value)).toBe(value)
  })

  // The offset is kept as it came: `+0200` is not RFC 3339 and fails `format: date-time`, `+02:00` is not UTC.
  test.each([
    { value: '2026-05-15 10:11:59+0200', made: '2026-05-15T08:11:59Z' },
    { value: '2026-05-15T10:11:59+02:00', made: '2026-05-15T08:11:59Z' },
    { value: '2026-05-15T10:11:59.123456+02', made: '2026-05-15T08:11:59.123456Z' },
  ])('in UTC from an offset: $value', ({ value, made }) => {
    expect(toRfc3339(value)).toBe(made)
  })
})

describe('the start of a request is', () => {
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
    expect(serverTimeAtSend(times) - sentAt).toBe(start)
  })
})
