import { readFileSync } from 'node:fs'
import yargs from 'yargs'
import { hideBin } from 'yargs/helpers'
import type { SeedRecord } from './row.js'
import { createSandbox, type Plan } from './sandbox.js'
import { serve } from './serve.js'
import { streams } from './streams.js'

const plans = ['lite', 'growth', 'professional', 'premium', 'ultimate'] as const satisfies readonly Plan[]

const options = await yargs(hideBin(process.argv))
  .usage('A simulated Pipedrive company over HTTP')
  .option('port', { type: 'number', default: 4010, describe: '0 takes any free port' })
  .option('host', { type: 'string', default: '127.0.0.1' })
  .option('deals', { type: 'number', default: 60, describe: 'Size: 12000 deals make about 40,000 rows' })
  .option('seed', { type: 'number', default: 1, describe: 'Another seed, another company' })
  .option('plan', { choices: plans, default: 'ultimate' as const })
  .option('latency', { type: 'number', default: 0, describe: 'Milliseconds before each answer' })
  .option('daily-tokens', { type: 'number', describe: 'Tokens a day, instead of what the plan gives' })
  .option('token', { type: 'string', describe: 'The API token to accept, instead of one made from the seed' })
  .option('installments', { type: 'boolean', default: false, describe: 'A plan that has installments' })
  .option('records', {
    type: 'string',
    describe: 'JSON lines of {"stream", "data"} instead of generated data',
  })
  .strict()
  .parseAsync()

const sandbox = createSandbox({
  seed: options.seed,
  deals: options.deals,
  plan: options.plan,
  latencyMs: options.latency,
  switches: { installments: options.installments ? 'included' : 'lacking' },
  ...(options.token === undefined ? {} : { apiToken: options.token }),
  ...(options.dailyTokens === undefined ? {} : { dailyTokens: options.dailyTokens }),
  ...(options.records === undefined ? {} : { records: readRecords(options.records) }),
})
const { url, close } = await serve(sandbox, { port: options.port, host: options.host })

console.log(`Pipedrive sandbox on ${url} (${sandbox.rows('deals').length} live deals)`)
console.log(`x-api-token: ${sandbox.apiToken}`)
const { clientId, clientSecret, refreshToken } = sandbox.oauth
console.log(`OAuth: client ${clientId}, secret ${clientSecret}, refresh token ${refreshToken}`)
console.log('Config of the connector:')
console.log(
  JSON.stringify({ credentials: { auth_type: 'api_token', api_token: sandbox.apiToken }, base_url: url }),
)

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void close().then(() => process.exit(0))
  })
}

function readRecords(path: string): SeedRecord[] {
  const lines = readFileSync(path, 'utf8').split('\n')
  const records = lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as SeedRecord)
  const unknown = new Set(
    records.map(({ stream }) => stream).filter((stream) => !Object.hasOwn(streams, stream)),
  )
  if (unknown.size > 0) console.error(`Left out, the sandbox does not serve them: ${[...unknown].join(', ')}`)
  return records.filter(({ stream }) => !unknown.has(stream))
}
