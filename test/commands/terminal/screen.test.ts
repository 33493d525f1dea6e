import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { log, state, streamStatus, type Emission } from '../../../src/airbyte/messages.js'
import { frame } from '../../../src/commands/terminal/frame.js'
import { Progress, shareOf, timeLeft } from '../../../src/commands/terminal/progress.js'
import { Screen } from '../../../src/commands/terminal/screen.js'
import { batch, Reader } from '../../support/writer.js'

const START = Date.UTC(2026, 0, 11)
/** Two lines up, and nothing below. */
const ERASED = '\x1b[2A\x1b[0J'
const DAY = 86_400_000
const cursor = (stream: string, time: number) => state(stream, { update_time: new Date(time).toISOString() })
const rows = (stream: string, count: number) =>
  batch(stream, ...Array.from({ length: count }, (_, id) => ({ id })))

/** The progress of a run after these messages, each at a number of milliseconds after its start. */
function progressOf(...messages: [ms: number, message: Emission][]): Progress {
  const progress = new Progress(START)
  for (const [ms, message] of messages) progress.see(message, START + ms)
  return progress
}

describe('the progress of a run', () => {
  const progress = progressOf(
    [0, streamStatus('deals', 'STARTED')],
    [0, streamStatus('users', 'STARTED')],
    [500, rows('users', 3)],
    [600, streamStatus('users', 'COMPLETE')],
    [1_000, rows('deals', 2_000)],
    [1_000, cursor('deals', START - 10 * DAY)],
    [2_000, rows('deals', 2_000)],
    [2_000, cursor('deals', START - 5 * DAY)],
  )
  progress.expect(4)

  test('has the records of each stream, the share of the span that its cursor has passed, rate and time left', () => {
    expect(frame(progress, START + 2_000, { columns: 80, rows: 24 })).toEqual([
      'deals  4,000 records  50 %  2,000/s  2 s left',
      '[#########---------------] 37 %  1 of 4 streams  4,003 records  4 s left',
    ])
  })

  test('fits the terminal in both directions', () => {
    const many = progressOf(
      ...Array.from({ length: 30 }, (_, at): [number, Emission] => [
        0,
        streamStatus(`stream_${at}`, 'STARTED'),
      ]),
    )
    const lines = frame(many, START, { columns: 30, rows: 10 })
    expect(lines).toHaveLength(9)
    expect(lines.at(-2)).toBe('and 23 more')
    for (const line of lines) expect(line.length).toBeLessThan(30)
  })

  test('has no share where the cursor does not move, or not by time', () => {
    const still = progressOf(
      [0, streamStatus('deals', 'STARTED')],
      [0, cursor('deals', START - DAY)],
      [0, cursor('deals', START - DAY)],
      [0, streamStatus('users', 'STARTED')],
      [0, state('users', { readAt: 7 })],
    )
    expect(still.running.map(shareOf)).toEqual([undefined, undefined])
  })

  test('has no time left before some of it is done', () => {
    expect([timeLeft(undefined, 1_000), timeLeft(0.01, 1_000), timeLeft(0.5, 1_000)]).toEqual([
      undefined,
      undefined,
      1_000,
    ])
  })
})

describe('a screen', () => {
  let now = START
  const mask = (text: string) => text.replace('s3cret', '****')
  const screen = (animated: boolean, out = new Reader()) => ({
    out,
    on: new Screen(out, { animated, now: () => now }),
  })

  beforeEach(() => {
    now = START
    jest.useFakeTimers()
  })
  afterEach(() => {
    jest.useRealTimers()
  })

  test('without animation has a line per stream that has ended, and warnings, but nothing else meanwhile', () => {
    const { out, on } = screen(false)
    on.see(log('INFO', 'Reading.'), mask)
    on.see(streamStatus('deals', 'STARTED'), mask)
    on.see(log('INFO', 'not now'), mask)
    on.see(rows('deals', 1), mask)
    on.see(log('WARN', 's3cret is odd'), mask)
    now += 3_000
    on.see(streamStatus('deals', 'INCOMPLETE'), mask)
    on.close()
    expect(out.text).toBe(
      'INFO  2026-01-11T00:00:00Z Reading.\n' +
        'WARN  2026-01-11T00:00:00Z **** is odd\n' +
        'deals: 1 record in 3 s, incomplete\n',
    )
  })

  test('with animation replaces its lines, at most ten times per second, and removes them at the end', () => {
    const { out, on } = screen(true)
    on.see(streamStatus('deals', 'STARTED'), mask)
    for (let at = 0; at < 100; at += 1) on.see(rows('deals', 1), mask)
    expect(out.text.match(/1 stream/g)).toHaveLength(1)
    now += 200
    on.see(rows('deals', 1), mask)
    expect(out.text).toMatch(/deals {2}101 records\n\[-+\] 0 % {2}0 of 1 stream {2}101 records\n$/)
    expect(out.text.split(ERASED)).toHaveLength(2)
    on.close()
    expect(out.text.endsWith(ERASED)).toBe(true)
  })
  test('has lines for streams on a terminal that does not know its size', () => {
    const { out, on } = screen(true)
    Object.assign(out, { columns: 0, rows: 0 })
    on.see(streamStatus('deals', 'STARTED'), mask)
    now += 200
    on.see(rows('deals', 1), mask)
    expect(out.text).toContain('deals  1 record\n[')
    on.close()
  })
})
