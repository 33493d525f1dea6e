import { describe, expect, test } from '@jest/globals'
import { ApiError, type ApiFailure } from '../../../src/pipedrive/http/api-error.js'

describe('a failed request says', () => {
  test.each<{ name: string; failure: ApiFailure; message: string }>([
    {
      name: 'what, and what Pipedrive answered',
      failure: { kind: 'forbidden', status: 403, detail: 'Access denied' },
      message: 'GET /deals: forbidden 403 (Access denied)',
    },
    {
      name: 'only the kind when there is no more',
      failure: { kind: 'timeout' },
      message: 'GET /deals: timeout',
    },
    {
      name: 'nothing for an empty detail',
      failure: { kind: 'server', status: 500, detail: '' },
      message: 'GET /deals: server 500',
    },
  ])('$name', ({ failure, message }) => {
    expect(new ApiError(failure, 'GET /deals').message).toBe(message)
  })
})
