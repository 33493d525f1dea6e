import { describe, expect, test } from '@jest/globals'
import { isReadingDue, type SettingsReading } from '../../../src/sync/readers/settings.js'
import { NOW } from '../../support/scans.js'

const HOUR = 3_600_000
const read: SettingsReading = { everyMs: 4 * HOUR, readAt: NOW - HOUR, isCutOff: false, isLacking: false }

describe('a list of settings is due', () => {
  test.each<{ when: string; reading: Partial<SettingsReading>; due: boolean }>([
    { when: 'not before the hours are over', reading: {}, due: false },
    { when: 'when they are over', reading: { readAt: NOW - 4 * HOUR }, due: true },
    { when: 'when it was never read', reading: { readAt: undefined }, due: true },
    { when: 'when its reading was cut off', reading: { isCutOff: true }, due: true },
    { when: 'when a row refers to what it lacked', reading: { isLacking: true }, due: true },
    { when: 'when it was read in a far future', reading: { readAt: NOW + 9 * HOUR }, due: true },
    {
      when: 'not when it was read by a clock that is a little ahead',
      reading: { readAt: NOW + 1 },
      due: false,
    },
  ])('$when', ({ reading, due }) => {
    expect(isReadingDue({ ...read, ...reading }, NOW)).toBe(due)
  })
})
