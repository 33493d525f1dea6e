import { expect, test } from '@jest/globals'
import type { ApiErrorKind } from '../../../src/pipedrive/http/api-error.js'
import { Breaker, type Diagnosis } from '../../../src/pipedrive/http/breaker.js'

const SECOND = 1_000
const MINUTE = 60 * SECOND

interface Attempt {
  sentAt: number
  kind?: ApiErrorKind | undefined
  name?: string
}

/** The diagnoses of attempts that take one second each, other than none, with the time at which they were sent. */
function diagnoses(attempts: readonly Attempt[]): [sentAt: number, Diagnosis][] {
  const breaker = new Breaker()
  return attempts.flatMap(({ sentAt, kind, name = 'GET /deals' }): [number, Diagnosis][] => {
    const diagnosis = breaker.record({ name, sentAt, endedAt: sentAt + SECOND, kind })
    return diagnosis === 'none' ? [] : [[sentAt, diagnosis]]
  })
}

/** Attempts of two lists in turn. */
const everyMinute = (kind: ApiErrorKind | undefined, minutes: number): Attempt[] =>
  Array.from({ length: minutes }, (_, minute) => ({
    sentAt: minute * MINUTE,
    kind,
    name: minute % 2 === 0 ? 'GET /deals' : 'GET /persons',
  }))

test.each(['network', 'timeout', 'server'] as const)(
  'it is an outage when all attempts failed with the kind %s for three minutes',
  (kind) => {
    expect(diagnoses(everyMinute(kind, 5))).toEqual([
      [3 * MINUTE, 'outage'],
      [4 * MINUTE, 'outage'],
    ])
  },
)

test('the three minutes begin when the first of the failed attempts was sent', () => {
  const third = 3 * MINUTE - SECOND
  const start = everyMinute('network', 2)
  expect(diagnoses([...start, { sentAt: third - 1, kind: 'network' }])).toEqual([])
  expect(diagnoses([...start, { sentAt: third, kind: 'network' }])).toEqual([[third, 'outage']])
})

test('failures of different kinds count together', () => {
  const kinds = ['network', 'timeout', 'server', 'timeout'] as const
  const attempts = everyMinute(undefined, 4).map((attempt, minute) => ({ ...attempt, kind: kinds[minute] }))
  expect(diagnoses(attempts)).toEqual([[3 * MINUTE, 'outage']])
})

test('when all failed attempts requested the same, it is doubtful, once, until another request tells', () => {
  const same = everyMinute('timeout', 6).map((attempt) => ({ ...attempt, name: 'GET /notes' }))
  expect(diagnoses(same)).toEqual([[3 * MINUTE, 'doubt']])
  const other = { sentAt: 6 * MINUTE, kind: 'timeout', name: 'GET /users/me' } as const
  expect(diagnoses([...same, other])).toEqual([
    [3 * MINUTE, 'doubt'],
    [6 * MINUTE, 'outage'],
  ])
  const later = same.map((attempt) => ({ ...attempt, sentAt: attempt.sentAt + 7 * MINUTE }))
  expect(diagnoses([...same, { ...other, kind: undefined }, ...later])).toEqual([
    [3 * MINUTE, 'doubt'],
    [10 * MINUTE, 'doubt'],
  ])
})

test('one kind of request is enough for an outage if all others wait for it', () => {
  const breaker = new Breaker()
  const token = { name: 'POST /oauth/token', neededByAll: true, kind: 'timeout' } as const
  const times = [0, MINUTE, 2 * MINUTE, 3 * MINUTE]
  expect(times.map((sentAt) => breaker.record({ ...token, sentAt, endedAt: sentAt + SECOND }))).toEqual([
    'none',
    'none',
    'none',
    'outage',
  ])
})

test.each([undefined, 'rate_limited', 'not_found', 'malformed_body', 'unauthorized'] as const)(
  'an attempt that ends with the kind %s shows that there is no outage',
  (kind) => {
    const later = everyMinute('network', 4).map((attempt) => ({
      ...attempt,
      sentAt: attempt.sentAt + 4 * MINUTE,
    }))
    const answered = { sentAt: 3 * MINUTE, kind }
    expect(diagnoses([...everyMinute('network', 3), answered, ...later])).toEqual([[7 * MINUTE, 'outage']])
  },
)

test('a run that never fails has no outage', () => {
  expect(diagnoses(everyMinute(undefined, 60))).toEqual([])
})

test('attempts that were frozen for minutes are an outage only together with others', () => {
  const breaker = new Breaker()
  const frozen = { sentAt: 0, endedAt: 60 * MINUTE, kind: 'network' } as const
  expect(breaker.record({ ...frozen, name: 'GET /deals' })).toBe('none')
  expect(breaker.record({ ...frozen, name: 'GET /persons' })).toBe('none')
  expect(breaker.record({ ...frozen, name: 'GET /deals' })).toBe('outage')
})
