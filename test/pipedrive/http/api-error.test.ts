import { describe, expect, test } from '@jest/globals'
import { ApiError, type ApiFailure } from '../../../src/pipedrive/http/api-error.js'

describe('the message of an ApiError', () => {
  test.each<{ name: string; failure: ApiFailure; message: string }>([
    {
      name: 'the kind, the status and the text of the server',
      failure: { kind: 'forbidden', status: 403, detail: 'Access denied' },
      message: 'GET /deals: forbidden 403 (Access denied)',
    },
    {
      name: 'only the kind when nothing else is known',
      failure: { kind: 'timeout' },
      message: 'GET /deals: timeout',
    },
    {
      name: 'nothing for an empty text',
      failure: { kind: 'server', status: 500, detail: '' },
      message: 'GET /deals: server 500',
    },
  ])('the message of an ApiError has the request and $name', ({ failure, message }) => {
    expect(new ApiError(failure, 'GET /deals').message).toBe(message)
  })
})

test('an ApiError has the fields of its failure, its request and its cause', () => {
  const cause = new Error('socket hang up')
  const failure: ApiFailure = {
    kind: 'daily_budget_spent',
    status: 429,
    detail: 'daily request budget exceeded',
    resetsInMs: 3_939_000,
  }
  const error = new ApiError(failure, 'GET /deals', { cause })
  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({ ...failure, name: 'ApiError', request: 'GET /deals', cause })
})
