import { describe, expect, test } from '@jest/globals'
import type { Row } from '../../../src/pipedrive/lists/row.js'
import { KeySet } from '../../../src/sync/state/key-set.js'
import { Roster } from '../../../src/sync/state/roster.js'
import type { ListPart, Role } from '../../../src/sync/streams/list-part.js'
import { RowMoves } from '../../../src/sync/streams/row-moves.js'
import { cursorOf } from '../../support/scans.js'

const row = (key: string): Row => ({ key, time: 0, data: {}, fingerprint: 0 })

function rosterOf(keys: readonly string[], isComplete: boolean): Roster {
  const roster = Roster.unknown()
  for (const key of keys) roster.add(key)
  if (isComplete) roster.markComplete()
  return roster
}

const keySet = (keys: readonly string[]) => {
  const all = new KeySet()
  for (const key of keys) all.add(key)
  return all
}

function partOf(list: string, role: Role, roster?: Roster): ListPart {
  return { list, role, cursor: cursorOf({ roster }), moving: new KeySet() }
}

interface Known {
  here?: { keys: string[]; isComplete: boolean }
  other?: { keys: string[]; isComplete: boolean }
  moving?: string[]
}

function movesWith({ here, other, moving = [] }: Known) {
  const parts = [
    partOf('deals', 'own', here && rosterOf(here.keys, here.isComplete)),
    partOf('deals_archived', 'twin', other && rosterOf(other.keys, other.isComplete)),
  ] as const
  return { parts, moves: new RowMoves(() => parts, keySet(moving)) }
}

describe('a row has arrived in a list', () => {
  test.each<{ name: string; known: Known; arrived: boolean }>([
    {
      name: 'whose complete roster lacks it',
      known: { here: { keys: [], isComplete: true } },
      arrived: true,
    },
    {
      name: 'not if its complete roster has it',
      known: { here: { keys: ['1'], isComplete: true } },
      arrived: false,
    },
    {
      name: 'not because an incomplete roster lacks it',
      known: { here: { keys: [], isComplete: false } },
      arrived: false,
    },
    {
      name: 'if the roster of the other list has it, and its own is incomplete',
      known: { here: { keys: [], isComplete: false }, other: { keys: ['1'], isComplete: false } },
      arrived: true,
    },
    { name: 'without rosters only if it is named as moving', known: {}, arrived: false },
    { name: 'if it is named as moving', known: { moving: ['1'] }, arrived: true },
    {
      name: 'if it is named as moving, although the complete roster has it',
      known: { here: { keys: ['1'], isComplete: true }, moving: ['1'] },
      arrived: true,
    },
  ])('$name', ({ known, arrived }) => {
    const { moves, parts } = movesWith(known)
    expect(moves.hasArrived(row('1'), parts[0])).toBe(arrived)
  })
})

describe('moving keys', () => {
  test('are announced once', () => {
    const { moves } = movesWith({})
    expect(moves.announce([row('1'), row('2')])).toBe(true)
    expect(moves.announce([row('2')])).toBe(false)
    expect(moves.announce([row('2'), row('3')])).toBe(true)
    expect(moves.announce([])).toBe(false)
  })

  test('are no longer moving, and in no other roster, once their records are written', () => {
    const { moves, parts } = movesWith({ other: { keys: ['1', '2'], isComplete: true }, moving: ['1', '2'] })
    moves.recordMoved([row('1')], parts[0])
    expect([moves.moving.has('1'), moves.moving.has('2')]).toEqual([false, true])
    expect([parts[1].cursor.roster?.has('1'), parts[1].cursor.roster?.has('2')]).toEqual([false, true])
  })
})

test('keys that were reserved count as emitted for all lists of the stream', () => {
  const { moves } = movesWith({})
  expect(moves.alreadyEmitted('1')).toBe(false)
  moves.reserve([row('1')])
  expect([moves.alreadyEmitted('1'), moves.alreadyEmitted('2')]).toEqual([true, false])
})

test('moves are tracked only where the stream has more than one list', () => {
  expect(movesWith({}).moves.areTracked).toBe(true)
  expect(new RowMoves(() => [partOf('persons', 'own')], new KeySet()).areTracked).toBe(false)
})
