import { expect, test } from '@jest/globals'
import type { ApiErrorKind } from '../../../src/pipedrive/http/api-error.js'
import { Breaker } from '../../../src/pipedrive/http/breaker.js'

const SECOND = 1_000
const MINUTE = 60 * SECOND

/** Attempts that take one second each, by the time at which they are sent. Returns when the breaker says to end. */
function endsAt(attempts: readonly [sentAt: number, kind: ApiErrorKind | undefined][]): number | undefined {
  const breaker = new Breaker()
  const end = attempts.find(([sentAt, kind]) => breaker.record({ sentAt, endedAt: sentAt + SECOND, kind }))
  return end?.[0]
}

const everyMinute = (kind: ApiErrorKind | undefined, minutes: number) =>
  Array.from({ length: minutes }, (_, minute): [number, ApiErrorKind | undefined] => [minute * MINUTE, kind])

test.each(['network', 'timeout', 'server'] as const)(
  'the run ends when all attempts failed with the kind %s for five minutes',
  (kind) => {
    expect(endsAt(everyMinute(kind, 10))).toBe(5 * MINUTE)
  },
)

test('the five minutes begin when the first of the failed attempts was sent', () => {
  expect(
    endsAt([
      [0, 'network'],
      [MINUTE, 'network'],
      [5 * MINUTE - SECOND - 1, 'network'],
    ]),
  ).toBeUndefined()
  expect(
    endsAt([
      [0, 'network'],
      [MINUTE, 'network'],
      [5 * MINUTE - SECOND, 'network'],
    ]),
  ).toBe(5 * MINUTE - SECOND)
})

test('failures of different kinds count together', () => {
  const kinds = ['network', 'timeout', 'server', 'timeout', 'network', 'server'] as const
  expect(endsAt(kinds.map((kind, minute) => [minute * MINUTE, kind]))).toBe(5 * MINUTE)
})

test.each([undefined, 'rate_limited', 'not_found', 'malformed_body', 'unauthorized'] as const)(
  'an attempt that ends with the kind %s shows that there is no outage',
  (kind) => {
    const attempts: [number, ApiErrorKind | undefined][] = [...everyMinute('network', 5), [5 * MINUTE, kind]]
    const later = everyMinute('network', 10).map(([at, why]): [number, ApiErrorKind | undefined] => [
      at + 6 * MINUTE,
      why,
    ])
    expect(endsAt([...attempts, ...later])).toBe(11 * MINUTE)
  },
)

test('a run that never fails does not end', () => {
  expect(endsAt(everyMinute(undefined, 60))).toBeUndefined()
})

test('one attempt that was frozen for minutes does not end the run', () => {
  const breaker = new Breaker()
  const frozen = { sentAt: 0, endedAt: 60 * MINUTE, kind: 'network' } as const
  expect(breaker.record(frozen)).toBe(false)
  expect(breaker.record(frozen)).toBe(false)
  expect(breaker.record(frozen)).toBe(true)
})
