import { describe, expect, test } from '@jest/globals'
import { parseMoment } from '../../src/config/moment.js'

describe('a date of a config is parsed', () => {
  test.each([
    { text: '2024-01-31', moment: '2024-01-31T00:00:00.000Z' },
    { text: ' 2024-01-31 ', moment: '2024-01-31T00:00:00.000Z' },
    { text: '2024-02-29', moment: '2024-02-29T00:00:00.000Z' },
    { text: '2024-01-31T10:20', moment: '2024-01-31T10:20:00.000Z' },
    { text: '2024-01-31T10:20:30', moment: '2024-01-31T10:20:30.000Z' },
    { text: '2024-01-31 10:20:30', moment: '2024-01-31T10:20:30.000Z' },
    { text: '2024-01-31T10:20:30Z', moment: '2024-01-31T10:20:30.000Z' },
    { text: '2024-01-31T10:20Z', moment: '2024-01-31T10:20:00.000Z' },
    { text: '2024-01-31T10:20:30.5Z', moment: '2024-01-31T10:20:30.500Z' },
    { text: '2024-01-31T10:20:30.123456Z', moment: '2024-01-31T10:20:30.123Z' },
    { text: '2024-01-31T10:20:30+02:00', moment: '2024-01-31T08:20:30.000Z' },
    { text: '2024-01-31T10:20:30+0530', moment: '2024-01-31T04:50:30.000Z' },
    { text: '2024-01-31 23:20-0300', moment: '2024-02-01T02:20:00.000Z' },
    { text: '2024-12-31T23:59:59.999-00:00', moment: '2024-12-31T23:59:59.999Z' },
  ])('$text', ({ text, moment }) => {
    expect(new Date(parseMoment(text) ?? NaN).toISOString()).toBe(moment)
  })

  test('in UTC, wherever the connector runs', () => {
    const zone = process.env.TZ
    process.env.TZ = 'Asia/Tokyo'
    try {
      expect(parseMoment('2024-01-31T10:20:30')).toBe(Date.UTC(2024, 0, 31, 10, 20, 30))
      expect(parseMoment('2024-01-31')).toBe(Date.UTC(2024, 0, 31))
    } finally {
      if (zone === undefined) delete process.env.TZ
      else process.env.TZ = zone
    }
  })
})

describe('a text is not a date of a config', () => {
  test.each([
    { text: '' },
    { text: 'yesterday' },
    { text: '2026-02-30' },
    { text: '2026-02-29' },
    { text: '2026-04-31T10:00:00Z' },
    { text: '2026-13-01' },
    { text: '2026-00-10' },
    { text: '2026-01-00' },
    { text: '2026-01-32' },
    { text: '2026-1-1' },
    { text: '26-01-01' },
    { text: '01/02/2026' },
    { text: '2026-01' },
    { text: '2026-01-01T' },
    { text: '2026-01-01T10' },
    { text: '2026-01-01T25:00:00Z' },
    { text: '2026-01-01T10:60:00Z' },
    { text: '2026-01-01T10:00:61Z' },
    { text: '2026-01-01T10:00:00.Z' },
    { text: '2026-01-01T10:00:00+2' },
    { text: '2026-01-01T10:00:00+25:00' },
    { text: '2026-01-01T10:00:00 UTC' },
    { text: '2026-01-01Z' },
    { text: '1767225600' },
  ])('$text', ({ text }) => {
    expect(parseMoment(text)).toBeUndefined()
  })
})
