import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { styleText } from 'node:util'
import { createSandbox } from '../sandbox/sandbox.js'
import { serve } from '../sandbox/serve.js'
import { changeSomeRows } from './changes.js'
import { connector } from './connector.js'
import { Progress } from './progress.js'
import { report, total } from './report.js'
import { sync } from './sync.js'

/** 12,000 deals make a company of some 40,000 rows. */
const COMPANY = { deals: 12_000, plan: 'professional', latencyMs: 30 } as const
/** What the schemas of streams say that cost a request for each of their many parents. */
const PER_PARENT = /^Costs \d+ tokens for each /
/** Some of them, and the share of a day's tokens that they get here: enough for some 100 of the newest deals. */
const HISTORY = { streams: ['deal_stage_history', 'deal_changelog'], share: 0.0005 } as const
const NIGHT_MS = 12 * 3_600_000

const folder = fileURLToPath(new URL('../.tmp/demo/', import.meta.url))
mkdirSync(folder, { recursive: true })
const path = (name: string) => join(folder, name)
const say = (line = '') => process.stdout.write(`${line}\n`)
const step = (line: string) => {
  say(styleText('cyan', `› ${line}`))
}

// The company's data ends half a day ago: recent rows would be read twice by design (lookback).
const sandbox = createSandbox({ ...COMPANY, epoch: Date.now() - NIGHT_MS })
const server = await serve(sandbox, {})
try {
  const credentials = { auth_type: 'api_token', api_token: sandbox.apiToken }
  writeFileSync(path('config.json'), JSON.stringify({ credentials, base_url: server.url }, null, 2))
  const config = ['--config', path('config.json')]
  say(`A simulated Pipedrive company on the Professional plan, at ${server.url}`)

  step('src-pipedrive spec')
  await connector(['spec'], path('spec.jsonl'))
  step('src-pipedrive check')
  await connector(['check', ...config], path('check.jsonl'), ({ log }) => {
    if (log) say(`  ${log.message}`)
  })
  step('src-pipedrive discover')
  const names: string[] = []
  await connector(['discover', ...config], path('discover.jsonl'), ({ catalog }) => {
    if (!catalog) return
    const cheap = catalog.streams.filter(({ json_schema }) => !PER_PARENT.test(json_schema.description ?? ''))
    names.push(...cheap.map(({ name }) => name))
    say(
      `  ${catalog.streams.length} streams, ${catalog.streams.filter((stream) => stream.supported_sync_modes.includes('incremental')).length} of them incremental`,
    )
  })

  step('src-pipedrive read: the first sync')
  const progress = new Progress(process.stdout)
  const read = ['read', ...config, '--stream', names.join(',')]
  const first = await sync(read, sandbox, progress, path('first-sync.jsonl'))
  say(`  ${total(first).records.toLocaleString('en')} records in ${first.seconds.toFixed(1)} s`)

  step('Meanwhile, in Pipedrive:')
  for (const change of changeSomeRows(sandbox)) say(`  ${change}`)

  step('src-pipedrive read --state: the second sync')
  writeFileSync(path('state.json'), JSON.stringify(first.state))
  const second = await sync(
    [...read, '--state', path('state.json')],
    sandbox,
    progress,
    path('second-sync.jsonl'),
  )
  say(`  ${total(second).records.toLocaleString('en')} records in ${second.seconds.toFixed(1)} s`)

  step('src-pipedrive read: what costs a request per deal, newest deals first')
  const share = { per_parent_daily_share: HISTORY.share }
  writeFileSync(
    path('history.json'),
    JSON.stringify({ credentials, base_url: server.url, ...share }, null, 2),
  )
  const history = await sync(
    ['read', '--config', path('history.json'), '--stream', HISTORY.streams.join(',')],
    sandbox,
    progress,
    path('history.jsonl'),
  )
  const tokens = total(history).tokens.toLocaleString('en')
  say(
    `  ${total(history).records.toLocaleString('en')} records for ${tokens} tokens in ${history.seconds.toFixed(1)} s`,
  )
  say('  Their share of the day is spent: the next syncs go on with older deals.')

  say(`\n${report(first, second)}\n`)
  say(
    'Field definitions have no reliable times: each sync reads all of them. All other records were sent because they changed.',
  )
  say(
    `Every message is in ${relative(process.cwd(), folder)}: first-sync.jsonl, second-sync.jsonl, history.jsonl`,
  )
} finally {
  await server.close()
}
