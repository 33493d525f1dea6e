import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { everyFeature } from '../../sandbox/features.js'
import type { OfferedStream } from '../support/protocol.js'
import { listStreams } from '../support/streams.js'
import { Attempt } from './attempt.js'
import { breaches } from './breaches.js'
import { catalogOf, serveCompany } from './company.js'
import { runJob } from './job.js'

let company: Awaited<ReturnType<typeof serveCompany>>
/** Its deals come in thirty pages and take seconds. */
let slow: Awaited<ReturnType<typeof serveCompany>>
let offered: OfferedStream[]

beforeAll(async () => {
  company = await serveCompany({ deals: 3000, switches: everyFeature })
  slow = await serveCompany({ deals: 3000, latencyMs: 300, switches: { pageCap: 100 } })
  const { messages } = await answerTo('discover')
  offered = messages.find(({ catalog }) => catalog)?.catalog?.streams ?? []
})
afterEach(() => {
  company.sandbox.faults.clear()
  Attempt.stopAll()
})
afterAll(async () => {
  await company.close()
  await slow.close()
})

/** At the real rate, streams that cost a request per parent would take many minutes. */
const names = () => offered.map(({ name }) => name).filter((name) => listStreams.includes(name))
const only = (...streams: string[]) => catalogOf(offered.filter(({ name }) => streams.includes(name)))
const answerTo = (command: 'spec' | 'check' | 'discover', config: unknown = company.config) =>
  runJob(command, command === 'spec' ? undefined : config)
const read = (streams: readonly string[] = names(), more: { state?: unknown; memory?: string } = {}) =>
  new Attempt({ config: company.config, catalog: only(...streams), ...more })
const readSlowly = (more: { state?: unknown; memory?: string } = {}) =>
  new Attempt({ config: slow.config, catalog: only('deals'), ...more })
const truth = ({ sandbox } = company) => sandbox.rows('deals', { deleted: true }).length
const ids = (attempts: readonly Attempt[]) =>
  new Set(
    attempts.flatMap((attempt) =>
      attempt
        .output()
        .records('deals')
        .map(({ id }) => id),
    ),
  )

describe('a job of the platform', () => {
  test.each(['spec', 'check', 'discover'] as const)('%s answers into a file, once', async (command) => {
    const output = await answerTo(command)
    const answers = output.messages.filter(({ type }) => type !== 'LOG').map(({ type }) => type)
    expect(answers).toEqual([{ spec: 'SPEC', check: 'CONNECTION_STATUS', discover: 'CATALOG' }[command]])
    expect(output.exitCode).toBe(0)
  })

  test('a wrong token is an answer to check', async () => {
    const token = { auth_type: 'api_token', api_token: '0'.repeat(40) }
    const output = await answerTo('check', { ...company.config, credentials: token })
    expect(output.messages.at(-1)?.connectionStatus?.status).toBe('FAILED')
    expect(output.errors()).toEqual([])
    expect(output.exitCode).toBe(0)
  })

  test('what may pass is no answer to check but an error', async () => {
    company.sandbox.faults.inject({ times: Infinity, fault: { kind: 'daily429' } })
    const output = await answerTo('check')
    expect(output.messages.some(({ connectionStatus }) => connectionStatus)).toBe(false)
    expect(output.errors()).toMatchObject([{ failure_type: 'transient_error' }])
    expect(output.exitCode).toBe(1)
  })
})

describe('a sync of the platform', () => {
  test.each(['2g', '256m'])('reads everything by its rules in %s of memory', async (memory) => {
    const attempt = read(names(), { memory })
    expect(await attempt.end()).toBe(0)
    const output = attempt.output()
    expect(attempt.memoryPeak).toBeLessThan(300)
    expect(breaches(output, names())).toEqual([])
    expect(ids([attempt]).size).toBe(truth())
    expect(names().filter((name) => !output.recordCounts()[name])).toEqual([])
    expect(attempt.stderr).toBe('')
  })

  test('one stream fails by itself', async () => {
    const fault = { kind: 'status', status: 403, body: { success: false, error: 'Forbidden' } } as const
    company.sandbox.faults.inject({ path: '/persons', times: Infinity, fault })
    const attempt = read(['persons', 'organizations', 'stages'])
    expect(await attempt.end()).toBe(1)
    const output = attempt.output()
    expect(breaches(output, ['persons', 'organizations', 'stages'])).toEqual([])
    expect(['persons', 'organizations', 'stages'].map((name) => output.statuses(name).at(-1))).toEqual([
      'INCOMPLETE',
      'COMPLETE',
      'COMPLETE',
    ])
    expect(output.errors()).toMatchObject([
      { failure_type: 'config_error', stream_descriptor: { name: 'persons' } },
    ])
  })

  test('a slow reader is waited for, in little memory', async () => {
    const attempt = readSlowly({ memory: '256m' })
    await attempt.until(/"RECORD"/)
    attempt.reader.pause()
    const asked = () => slow.sandbox.ledger.entries.length
    const before = asked()
    await sleep(2000)
    // What the pipe and the pages in hand can hold has been asked for; nothing else is.
    const held = asked()
    expect(held - before).toBeLessThan(12)
    await sleep(2000)
    expect(asked()).toBe(held)
    attempt.reader.resume()
    expect(await attempt.end()).toBe(0)
    expect(breaches(attempt.output(), ['deals'])).toEqual([])
    expect(ids([attempt]).size).toBe(truth(slow))
  })

  test('a sync that is cancelled is over at once, and its states are good to go on from', async () => {
    const first = readSlowly()
    await first.until(/"recordCount":[1-9]/)
    first.terminate()
    const cancelledAt = Date.now()
    await first.end()
    expect(Date.now() - cancelledAt).toBeLessThan(30_000)
    expect(first.stderr).toBe('')

    const second = readSlowly({ state: first.output().stateFile() })
    expect(await second.end()).toBe(0)
    expect(breaches(second.output(), ['deals'])).toEqual([])
    expect(ids([first, second]).size).toBe(truth(slow))
    expect(ids([second]).size).toBeLessThan(truth(slow))
  })
})
