import { describe, expect, test } from '@jest/globals'
import { didYouMean, suggestions } from '../../src/common/did-you-mean.js'

const STREAMS = ['deals', 'deal_products', 'persons', 'organizations', 'users']

describe('the suggestion for a misspelled name is', () => {
  test.each([
    { word: 'deal', hint: ' Did you mean "deals"?' },
    { word: 'Deals', hint: ' Did you mean "deals"?' },
    { word: 'dael_products', hint: ' Did you mean "deal_products"?' },
    { word: 'organisations', hint: ' Did you mean "organizations"?' },
    { word: 'deals', hint: '' },
    { word: 'invoices', hint: '' },
    { word: '', hint: '' },
  ])('of "$word": $hint', ({ word, hint }) => {
    expect(didYouMean(word, STREAMS)).toBe(hint)
  })

  test('empty without known names', () => {
    expect(didYouMean('deal', [])).toBe('')
  })

  test('named by its word if there are several', () => {
    expect(suggestions(['deal', 'invoices', 'person'], STREAMS)).toBe(
      ' For deal: did you mean "deals"? For person: did you mean "persons"?',
    )
    expect(suggestions(['deal'], STREAMS)).toBe(' Did you mean "deals"?')
  })
})
