import { describe, expect, test } from '@jest/globals'
import { judgeMissing, type MissingRows } from '../../../src/sync/streams/missing-rows.js'

const keys = (count: number) => Array.from({ length: count }, (_, at) => String(at))
const rows = (traits: Partial<MissingRows>): MissingRows => ({
  missing: keys(3),
  wasMissing: () => false,
  known: 1_000,
  sight: 'all',
  isDoubtful: false,
  ...traits,
})

describe('rows that are missing in a list', () => {
  test.each<{ name: string; traits: Partial<MissingRows>; confirmed: number; doubt: string }>([
    { name: 'are asked for', traits: {}, confirmed: 3, doubt: 'none' },
    {
      name: 'are no reason for doubt if there are none',
      traits: { missing: [] },
      confirmed: 0,
      doubt: 'none',
    },
    { name: 'may be hidden from a user', traits: { sight: 'some' }, confirmed: 0, doubt: 'sees some' },
    {
      name: 'may have been seen by another user only',
      traits: { sight: 'all, newly' },
      confirmed: 0,
      doubt: 'sees all, newly',
    },
    {
      name: 'are doubted if they are more than 50 and more than a tenth',
      traits: { missing: keys(101) },
      confirmed: 0,
      doubt: 'too many',
    },
    {
      name: 'are not doubted if they are a tenth',
      traits: { missing: keys(100) },
      confirmed: 100,
      doubt: 'none',
    },
    {
      name: 'are not doubted if they are 50',
      traits: { missing: keys(50), known: 60 },
      confirmed: 50,
      doubt: 'none',
    },
    {
      name: 'are asked for if they were missing before, however many',
      traits: { missing: keys(101), wasMissing: () => true },
      confirmed: 101,
      doubt: 'none',
    },
    {
      name: 'are asked for if they were missing before, and others are too many',
      traits: { missing: keys(201), wasMissing: (key) => Number(key) < 50 },
      confirmed: 50,
      doubt: 'too many',
    },
    {
      name: 'have to be missing twice if no response stated the end of the list',
      traits: { isDoubtful: true, wasMissing: (key) => key === '1' },
      confirmed: 1,
      doubt: 'none',
    },
  ])('$name', ({ traits, confirmed, doubt }) => {
    const verdict = judgeMissing(rows(traits))
    expect([verdict.toConfirm.length, verdict.doubt]).toEqual([confirmed, doubt])
  })
})
