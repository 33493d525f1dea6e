import { describe, expect, test } from '@jest/globals'
import { Ledger } from '../../../src/pipedrive/limits/usage-tracker.js'

describe('the ledger', () => {
  test('starts with nothing spent', () => {
    const ledger = new Ledger()
    expect(ledger.total()).toEqual({ requests: 0, tokens: 0 })
    expect(ledger.of('deals')).toEqual({ requests: 0, tokens: 0 })
  })

  test('tells by purpose and in all what was spent', () => {
    const ledger = new Ledger()
    ledger.charge('deals', 10)
    ledger.charge('notes', 20)
    ledger.charge('deals', 10)
    expect(ledger.of('deals')).toEqual({ requests: 2, tokens: 20 })
    expect(ledger.of('notes')).toEqual({ requests: 1, tokens: 20 })
    expect(ledger.of('users')).toEqual({ requests: 0, tokens: 0 })
    expect(ledger.total()).toEqual({ requests: 3, tokens: 40 })
  })

  test('does not change what it has told', () => {
    const ledger = new Ledger()
    ledger.charge('deals', 10)
    const told = ledger.of('deals')
    ledger.charge('deals', 10)
    expect(told).toEqual({ requests: 1, tokens: 10 })
  })
})
