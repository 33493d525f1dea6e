import { describe, expect, test } from '@jest/globals'
import { ConnectorError } from '../../src/airbyte/errors.js'
import type { Json, JsonObject } from '../../src/airbyte/messages.js'
import { serializeRecord } from '../../src/airbyte/record-text.js'
import { TOO_LARGE } from '../../src/common/exact-json.js'

function nested(levels: number): Json {
  let value: Json = []
  for (let level = 1; level < levels; level += 1) value = [value]
  return value
}

function errorOf(record: JsonObject): ConnectorError {
  try {
    serializeRecord('notes', record)
  } catch (error) {
    if (error instanceof ConnectorError) return error
  }
  throw new Error('The record has a text, or another error.')
}

describe('the text of a record', () => {
  test('is its JSON', () => {
    const record = { id: 1, b: [{ c: null }], a: 'x' }
    expect(serializeRecord('notes', record)).toEqual({ text: JSON.stringify(record), changes: [] })
  })

  test('has every digit of a large integer, at any depth, and the order of the fields', () => {
    const record = { z: 12345678901234567890n, a: [{ b: -9007199254740993n }], ['__proto__']: 'kept' }
    expect(serializeRecord('notes', record)).toEqual({
      text: '{"z":12345678901234567890,"a":[{"b":-9007199254740993}],"__proto__":"kept"}',
      changes: [],
    })
  })

  test('has null for a number that is too large, and names the field', () => {
    const record = { id: 1, value: -TOO_LARGE, parts: [{ size: TOO_LARGE, id: 2n ** 60n }], other: 2n ** 60n }
    const reason = 'SOURCE_SERIALIZATION_ERROR'
    expect(serializeRecord('notes', record)).toEqual({
      text: '{"id":1,"value":null,"parts":[{"size":null,"id":1152921504606846976}],"other":1152921504606846976}',
      changes: [
        { field: 'value', change: 'NULLED', reason },
        { field: 'parts', change: 'NULLED', reason },
      ],
    })
  })
})

describe('a record that is nested', () => {
  test('900 levels deep has a text', () => {
    expect(serializeRecord('notes', { a: nested(899) }).text).toHaveLength(2 * 899 + '{"a":}'.length)
  })

  test.each([900, 10_000, 100_000])(
    '%d levels deep and one more fails, and the error names the stream',
    (levels) => {
      const error = errorOf({ a: nested(levels) })
      expect(error).toMatchObject({ stream: 'notes', failureType: 'system_error' })
      expect(error.message).toBe(
        'A record of the stream "notes" cannot be written because it is nested too deeply or is too long. ' +
          'Please report it with this log.',
      )
    },
  )

  test('a little, but has many brackets, has a text', () => {
    const brackets = '[{'.repeat(2_000)
    expect(
      serializeRecord('notes', { a: brackets, b: Array.from({ length: 2_000 }, () => []) }).changes,
    ).toEqual([])
  })
})

test('a value that is not JSON fails with an error that names the stream', () => {
  const record = { toJSON: () => undefined } as unknown as JsonObject
  expect(errorOf(record).message).toMatch(/^A record of the stream "notes" cannot be written as JSON\./)
})
