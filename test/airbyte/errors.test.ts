import { describe, expect, test } from '@jest/globals'
import { configError, ConnectorError, errorTrace, toConnectorError } from '../../src/airbyte/errors.js'

describe('whatever is thrown becomes a ConnectorError', () => {
  test('which it stays when it is one', () => {
    const error = configError('Check the token.')
    expect(toConnectorError(error)).toBe(error)
  })

  test.each([
    { name: 'an error', thrown: new TypeError('x is undefined'), said: 'TypeError: x is undefined' },
    { name: 'a string', thrown: 'boom', said: 'boom' },
    { name: 'nothing', thrown: undefined, said: 'undefined' },
    { name: 'null', thrown: null, said: 'null' },
  ])('and a fault of ours when it is $name', ({ thrown, said }) => {
    const error = toConnectorError(thrown)
    expect(error).toMatchObject({ failureType: 'system_error', internalMessage: said, cause: thrown })
    expect(error.message).not.toContain(said)
  })
})

test('a config error says whose mistake it is, whatever its options', () => {
  const options = { failureType: 'system_error', stream: 'deals' } as const
  expect(configError('Check it.', options)).toMatchObject({ failureType: 'config_error', stream: 'deals' })
})

describe('an error trace', () => {
  const errorOf = (error: ConnectorError) => errorTrace(error).trace.error

  test('has all that the platform asks for', () => {
    const before = Date.now()
    const { type, trace } = errorTrace(
      new ConnectorError('Sync again later.', {
        failureType: 'transient_error',
        internalMessage: 'GET /deals: 503',
        stream: 'deals',
      }),
    )
    expect([type, trace.type]).toEqual(['TRACE', 'ERROR'])
    expect(trace.emitted_at).toBeGreaterThanOrEqual(before)
    expect(Number.isInteger(trace.emitted_at)).toBe(true)
    expect(trace.error).toEqual({
      message: 'Sync again later.',
      internal_message: 'GET /deals: 503',
      failure_type: 'transient_error',
      stream_descriptor: { name: 'deals' },
    })
  })

  test('leaves out what it does not know', () => {
    const error = errorOf(configError('Check the token.'))
    expect(error).toStrictEqual({ message: 'Check the token.', failure_type: 'config_error' })
  })

  test.each([
    { failureType: 'config_error', stack: false },
    { failureType: 'transient_error', stack: false },
    { failureType: 'system_error', stack: true },
  ] as const)('of a $failureType has a stack: $stack', ({ failureType, stack }) => {
    expect('stack_trace' in errorOf(new ConnectorError('x', { failureType }))).toBe(stack)
  })

  test('shows the stack of the cause, where the fault is', () => {
    const cause = new RangeError('deep')
    expect(errorOf(toConnectorError(cause)).stack_trace).toBe(cause.stack)
  })

  test('shows its own stack when the cause has none', () => {
    expect(errorOf(toConnectorError('boom')).stack_trace).toContain('ConnectorError')
  })
})
