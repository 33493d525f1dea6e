import { expect } from '@jest/globals'
import type { Sandbox } from '../../../sandbox/sandbox.js'
import type { Output } from '../../support/output.js'

// eslint-disable-next-line no-control-regex -- these characters are what must not be there
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e]/

/**
 * What holds for every run, whatever it was given: each line is a valid message (Output checks that), each stream that
 * starts ends, the exit code says whether all is well, no error is an unexpected one, no text fakes another line, and
 * no secret is in the output.
 */
export function expectSound(output: Output, { apiToken }: Sandbox): void {
  expect(output.text).not.toContain(apiToken)
  const started = output.messages.flatMap(({ trace }) =>
    trace?.stream_status ? [trace.stream_status.stream_descriptor.name] : [],
  )
  const last = [...new Set(started)].map((stream) => output.statuses(stream).at(-1))
  for (const status of last) expect(['COMPLETE', 'INCOMPLETE']).toContain(status)
  const errors = output.errors()
  expect([0, 1]).toContain(output.exitCode)
  expect(output.exitCode === 0).toBe(errors.length === 0 && !last.includes('INCOMPLETE'))
  for (const { message, internal_message: internal = '' } of errors) {
    expect(message).not.toContain('unexpected problem')
    expect(message + internal).not.toMatch(CONTROLS)
  }
  expect(output.logs().join('')).not.toMatch(CONTROLS)
}
