/*
 * Reads a generated list of deals with the engine, into nowhere, in a process of its own: the number of rows is the
 * argument, the figures are one line of JSON on stdout.
 */
import { Writable } from 'node:stream'
import { Writer } from '../../src/airbyte/writer.js'
import { manifest } from '../../src/manifest/manifest.js'
import type { Account } from '../../src/pipedrive/account.js'
import type { Client } from '../../src/pipedrive/client.js'
import { UsageTracker } from '../../src/pipedrive/limits/usage-tracker.js'
import { planSync } from '../../src/sync/plan.js'
import { sync } from '../../src/sync/sync.js'
import { GeneratedList } from './generated-list.js'

const LOOKBACK_MS = 600_000
/** As many units as an Ultimate plan's rate limit lets run at once. */
const CONCURRENCY = 16

const rows = Number(process.argv[2])
const now = Date.now()
const { request } = new GeneratedList(rows, now)

const account: Account = {
  userName: 'Bench',
  companyId: 1,
  companyName: 'Bench',
  tokenOwner: { user: 1, admin: true },
  serverTime: now,
  isServerTimeCredible: true,
}

/** What a sync uses of the client. */
const client: Pick<Client, 'concurrency' | 'haltReason' | 'halt' | 'onRateLimited' | 'usage'> = {
  concurrency: CONCURRENCY,
  haltReason: undefined,
  halt: (reason) => {
    throw reason
  },
  onRateLimited: () => () => undefined,
  usage: new UsageTracker(),
}

const plan = planSync([{ name: 'deals', syncMode: 'incremental', properties: {} }], {
  request,
  account,
  manifest,
  states: new Map(),
  startDate: undefined,
  startDates: {},
  lookbackMs: LOOKBACK_MS,
  customFields: 'columns',
  customFieldsBackfill: false,
  concurrency: () => CONCURRENCY,
})

const nowhere = new Writable({
  write: (_chunk, _encoding, done) => {
    done()
  },
})
const writer = new Writer(nowhere)
let records = 0
let stateCharacters = 0
for await (const message of sync(plan, {
  client: client as Client,
  signal: new AbortController().signal,
  onIncomplete: (stream) => {
    throw new Error(`${stream} is incomplete.`)
  },
})) {
  if (message.type === 'RECORDS') records += message.records.length
  if (message.type === 'STATE') stateCharacters = JSON.stringify(message).length
  await writer.write(message)
}

const { maxRSS } = process.resourceUsage()
const { user, system } = process.cpuUsage()
const figures = { rows, records, peakMB: maxRSS / 1024, cpuSeconds: (user + system) / 1e6, stateCharacters }
process.stdout.write(`${JSON.stringify(figures)}\n`)
