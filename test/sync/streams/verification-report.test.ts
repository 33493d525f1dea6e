import { expect, test } from '@jest/globals'
import { reportLine, type VerificationReport } from '../../../src/sync/streams/verification-report.js'

const report: VerificationReport = {
  ...{ stream: 'persons', known: 41_207, findsDeleted: true, share: undefined, missing: 0, deleted: 0 },
  verifiedAt: Date.UTC(2026, 10, 21, 4, 10, 7),
}

test.each<[Partial<VerificationReport>, string]>([
  [{}, '41,207 records known, verified up to 2026-11-21T04:10:07Z, no new deletions, none missing.'],
  [{ deleted: 2 }, '41,207 records known, verified up to 2026-11-21T04:10:07Z, 2 deleted, none missing.'],
  [
    { verifiedAt: undefined, share: 0.426 },
    '41,207 records known, not verified yet, 42 % of the next comparison done, no new deletions, none missing.',
  ],
  [
    { findsDeleted: false },
    '41,207 records known, verified up to 2026-11-21T04:10:07Z, too many ids that are not numbers to find deletions, none missing.',
  ],
])('what is known of a list is a line of the log: %j', (more, line) => {
  expect(reportLine({ ...report, ...more }).log).toEqual({ level: 'INFO', message: `persons: ${line}` })
})

test('records that were missing are a warning, with the likely reasons', () => {
  const { level, message } = reportLine({ ...report, missing: 1 }).log
  expect(level).toBe('WARN')
  expect(message).toContain('1 record had not been read before, though not changed since: emitted now.')
})

test('a list whose keys the state cannot hold is said to be unverified', () => {
  const { message } = reportLine({ ...report, known: undefined }).log
  expect(message).toBe('persons has too many records to be verified.')
})
