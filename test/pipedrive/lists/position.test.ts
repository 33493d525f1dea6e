import { describe, expect, test } from '@jest/globals'
import { parsePosition, type Position } from '../../../src/pipedrive/lists/position.js'

describe('a saved position', () => {
  test.each<Position>([
    { kind: 'cursor', cursor: 'abc' },
    { kind: 'cursor', cursor: 'abc', since: 5_000, tie: 4_000, part: 1 },
    { kind: 'cursor', since: 5_000 },
    { kind: 'offset' },
    { kind: 'offset', start: 4, anchor: { key: '7', time: 5 }, part: 2 },
    { kind: 'offset', start: 4, anchor: { key: '7', time: null }, back: 2, returns: 1, steppedBackFrom: 9 },
    { kind: 'offset', start: 1, anchor: { key: '7' }, apart: true },
    { kind: 'seek', since: -1_000 },
    { kind: 'seek', since: 5_000, start: 3, anchor: { key: 'a/b', time: 5_500 } },
  ])('is read back as it was: %j', (position) => {
    expect(parsePosition(JSON.parse(JSON.stringify(position)))).toStrictEqual(position)
  })

  test.each<{ name: string; saved: unknown; position: Position | undefined }>([
    { name: 'a cursor', saved: { cursor: 'abc' }, position: { kind: 'cursor', cursor: 'abc' } },
    {
      name: 'an offset, with its anchor’s key',
      saved: { start: 99, anchor: '12:AbCdEfGh', barren: 0, back: 4 },
      position: { kind: 'offset', start: 99, anchor: { key: '12' } },
    },
    { name: 'an offset without anchor', saved: { start: 99 }, position: undefined },
    {
      name: 'a search by time',
      saved: { since: 5_000, sought: true, start: 3, anchor: '12:AbCdEfGh' },
      position: { kind: 'seek', since: 5_000 },
    },
    { name: 'the start', saved: {}, position: undefined },
  ])('of the first edition is understood: $name', ({ saved, position }) => {
    expect(parsePosition(saved)).toStrictEqual(position)
  })

  test.each([
    undefined,
    null,
    'cursor',
    [],
    { kind: 'other' },
    { kind: 'cursor' },
    { kind: 'cursor', cursor: 5 },
    { kind: 'seek' },
    { kind: 'seek', since: 'now' },
    { kind: 'seek', since: 9e15 },
  ])('that is malformed counts as missing: %j', (saved) => {
    expect(parsePosition(saved)).toBeUndefined()
  })

  test('drops single values that are malformed', () => {
    const saved = { kind: 'offset', start: -1, part: 0, anchor: { time: 5 }, back: 1.5, apart: 'yes' }
    expect(parsePosition(saved)).toStrictEqual({ kind: 'offset' })
  })
})
