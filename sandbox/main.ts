import { readFileSync, writeFileSync } from 'node:fs'
import yargs from 'yargs'
import { hideBin } from 'yargs/helpers'
import { everyFeature } from './features.js'
import type { SeedRecord } from './row.js'
import { createSandbox, type Plan } from './sandbox.js'
import { serve } from './serve.js'
import { streams } from './registry.js'

const plans = ['lite', 'growth', 'professional', 'premium', 'ultimate'] as const satisfies readonly Plan[]

const options = await yargs(hideBin(process.argv))
  .usage('A simulated Pipedrive company over HTTP')
  .option('port', { type: 'number', default: 4010, describe: '0: any free port' })
  .option('host', { type: 'string', default: '127.0.0.1' })
  .option('deals', {
    type: 'number',
    default: 60,
    describe: 'Size of the company: 12000 deals make about 40,000 rows',
  })
  .option('seed', { type: 'number', default: 1, describe: 'The same seed makes the same company and tokens' })
  .option('plan', { choices: plans, default: 'ultimate' as const })
  .option('latency', { type: 'number', default: 0, describe: 'Milliseconds before each response' })
  .option('daily-tokens', { type: 'number', describe: 'Tokens per day, instead of those of the plan' })
  .option('token', {
    type: 'string',
    describe: 'The API token to accept, instead of one that follows from the seed',
  })
  .option('features', {
    type: 'boolean',
    default: false,
    describe: 'The company has all that an account may lack, such as installments',
  })
  .option('records', {
    type: 'string',
    describe: 'JSON lines of {"stream", "data"} instead of generated data',
  })
  .option('write-config', { type: 'string', describe: 'File to write a config of the connector to' })
  .strict()
  .parseAsync()

const sandbox = createSandbox({
  seed: options.seed,
  seededTokens: true,
  deals: options.deals,
  plan: options.plan,
  latencyMs: options.latency,
  switches: options.features ? everyFeature : {},
  ...(options.token === undefined ? {} : { apiToken: options.token }),
  ...(options.dailyTokens === undefined ? {} : { dailyTokens: options.dailyTokens }),
  ...(options.records === undefined ? {} : { records: readRecords(options.records) }),
})
const { url, close } = await serve(sandbox, { port: options.port, host: options.host })

console.log(`Pipedrive sandbox on ${url} (${sandbox.rows('deals').length} live deals)`)
console.log(`x-api-token: ${sandbox.apiToken}`)
const { clientId, clientSecret, refreshToken } = sandbox.oauth
console.log(`OAuth: client ${clientId}, secret ${clientSecret}, refresh token ${refreshToken}`)
const credentials = { auth_type: 'api_token', api_token: sandbox.apiToken }
const config = { credentials, plan: options.plan, base_url: url }
console.log('Config of the connector:')
console.log(JSON.stringify(config))
if (options.writeConfig !== undefined) {
  writeFileSync(options.writeConfig, `${JSON.stringify(config, null, 2)}\n`)
  console.log(`The config is in ${options.writeConfig}`)
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    sandbox.close()
    void close().then(() => process.exit(0))
  })
}

/** JSON lines of rows; rows of streams that the sandbox does not have are left out with a message. */
function readRecords(path: string): SeedRecord[] {
  const lines = readFileSync(path, 'utf8').split('\n')
  const records = lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as SeedRecord)
  const unknown = new Set(records.map(({ stream }) => stream).filter((stream) => !streams.has(stream)))
  if (unknown.size > 0) console.error(`Streams that the sandbox does not have: ${[...unknown].join(', ')}`)
  return records.filter(({ stream }) => streams.has(stream))
}
