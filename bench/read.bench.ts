/*
 * How fast and how frugal `read` is, against a server in another process: npm run bench. Each figure is a ratio of two
 * measurements in the same run, because machines differ. Fails where a limit is missed. With `--small`, in less than a
 * minute and with room for the noise of a busy machine: npm run bench:small
 */
import { syncAllStreams } from './read/all-streams.js'
import { byTurns, least } from './read/by-turns.js'
import { median } from './read/median.js'
import {
  buildBundles,
  runBareLoop,
  runConnector,
  runNothing,
  statesIn,
  type BenchServer,
  type Measured,
} from './read/processes.js'
import { optionsOf, withServer } from './read/with-server.js'

interface Figure {
  readonly name: string
  readonly value: number
  /** What it may be at most, or has to be at least; absent: it is only shown. */
  readonly most?: number
  readonly least?: number
}

const isSmall = process.argv.includes('--small')
const PAGE = 500
const WINDOW_S = 2
const LATENCY_MS = 250
/** Requests per two seconds with an API token, in the lowest and the highest plan. */
const BURST = { lowest: 20, highest: 120 } as const

const SIZES = isSmall
  ? { rows: 40_000, rounds: 2, slow: 40_000, companies: [], starts: 2 }
  : { rows: 3_000_000, rounds: 3, slow: 1_000_000, companies: [400, 1_000], starts: 9 }

type Of = 'wallMs' | 'cpuMs'

/** The shortest times of the bare loop and of `read`. */
async function shortest(server: BenchServer): Promise<Record<'bare' | 'read', Record<Of, number>>> {
  const { bare, read } = await byTurns(SIZES.rounds, {
    bare: () => runBareLoop(server),
    read: () => runConnector('read', server),
  })
  const timesOf = (runs: typeof bare) => ({ wallMs: least(runs, 'wallMs'), cpuMs: least(runs, 'cpuMs') })
  return { bare: timesOf(bare), read: timesOf(read) }
}

/**
 * Records per second, of the clock and of the processor, as shares of those of the bare loop: without the start of the
 * process, which a sync of a few rows shows, and with it.
 */
async function throughput(rowBytes: number, rows: number): Promise<Figure[]> {
  const given = { rowBytes, customFields: rowBytes > 2_000 ? 40 : 0 }
  const timesOf = (size: number) => withServer(optionsOf({ rows: size, ...given }), shortest)
  const [few, many] = [await timesOf(1), await timesOf(rows)]
  const ratio = (of: Of) => (many.bare[of] - few.bare[of]) / (many.read[of] - few.read[of])
  const kind = `${rows.toLocaleString('en')} records of ${rowBytes / 1_000} KB`
  return [
    { name: `${kind}: records/s, read ÷ bare loop`, value: ratio('wallMs'), least: isSmall ? 0.1 : 0.85 },
    {
      name: `${kind}: records per CPU s, read ÷ bare loop`,
      value: ratio('cpuMs'),
      least: isSmall ? 0.2 : 0.85,
    },
    { name: `${kind}: records/s with the start of the process`, value: many.bare.wallMs / many.read.wallMs },
    { name: `${kind}: records per CPU s with it`, value: many.bare.cpuMs / many.read.cpuMs },
    { name: `read of one record of ${rowBytes / 1_000} KB: s`, value: few.read.wallMs / 1_000 },
  ]
}

/** A first sync of one long list over a slow network. */
function firstSync(plan: keyof typeof BURST, rows: number, most: number): Promise<Figure[]> {
  return withServer(optionsOf({ rows, burstLimit: BURST[plan], latencyMs: LATENCY_MS }), async (server) => {
    const { wallMs } = await runConnector('read', server)
    const { requests } = await server.usage()
    const pages = Math.ceil(rows / PAGE)
    const name = `first sync of ${rows.toLocaleString('en')} rows, ${plan} plan`
    return [
      {
        name: `${name}: time ÷ burst limit alone`,
        value: wallMs / burstMs(pages, plan),
        most,
      },
      {
        name: `${name}: time ÷ one page after another`,
        value: wallMs / (pages * LATENCY_MS),
        most: isSmall ? 0.75 : 0.6,
      },
      { name: `${name}: requests ÷ minimum`, value: requests / pages, most: isSmall ? 1.1 : 1.03 },
    ]
  })
}

/** A first sync of all streams of companies of two sizes, most of whose requests are for the children of one parent. */
async function firstSyncOfAll(): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const deals of SIZES.companies) {
    const { wallMs, requests, refused } = await syncAllStreams(deals, LATENCY_MS)
    const name = `first sync of all streams, ${deals.toLocaleString('en')} deals, highest plan`
    const value = wallMs / burstMs(requests, 'highest')
    figures.push({ name: `${name}: time ÷ burst limit alone`, value, most: 1.05 })
    figures.push({ name: `${name}: requests refused with a 429`, value: refused, most: 0 })
  }
  return figures
}

/** How long the plan's burst limit alone makes so many requests take. */
function burstMs(requests: number, plan: keyof typeof BURST): number {
  return (requests / BURST[plan]) * WINDOW_S * 1_000
}

/** Tokens of a sync where nothing has changed, and where one row in a hundred has. */
async function laterSyncs(rows: number): Promise<Figure[]> {
  const given = optionsOf({ rows })
  const state = await withServer(given, async (server) =>
    statesIn((await runConnector('read', server, { output: 'keep' })).output),
  )
  const tokensWith = (newRows: number) =>
    withServer({ ...given, newRows }, async (server) => {
      await runConnector('read', server, { state })
      return (await server.usage()).tokens
    })
  const changed = Math.floor(rows / 100)
  const pages = Math.ceil(changed / PAGE)
  return [
    {
      name: `unchanged sync of ${rows.toLocaleString('en')} rows: tokens`,
      value: await tokensWith(0),
      most: 30,
    },
    { name: `sync with 1 % changed: tokens`, value: await tokensWith(changed), most: 30 + pages * 10 },
  ]
}

async function starts(): Promise<Figure[]> {
  const { nothing, spec, check } = await withServer(optionsOf({ rows: PAGE }), (server) =>
    byTurns(SIZES.starts, {
      nothing: runNothing,
      spec: () => runConnector('spec'),
      check: () => runConnector('check', server),
    }),
  )
  const ratio = (runs: readonly Measured[]) => least(runs, 'wallMs') / least(nothing, 'wallMs')
  return [
    { name: 'spec: time ÷ an empty Node process', value: ratio(spec), most: isSmall ? 8 : 6 },
    { name: 'check: time ÷ an empty Node process', value: ratio(check), most: isSmall ? 14 : 10 },
    { name: 'spec: peak MB', value: median(spec.map(({ peakMB }) => peakMB)), most: 110 },
  ]
}

function holds({ value, most = Infinity, least: atLeast = -Infinity }: Figure): boolean {
  return value <= most && value >= atLeast
}

await buildBundles()
const figures = [
  ...(await throughput(1_000, SIZES.rows)),
  ...(isSmall ? [] : await throughput(4_000, SIZES.rows / 4)),
  ...(await firstSync('highest', SIZES.slow, isSmall ? Infinity : 1.1)),
  ...(isSmall ? [] : await firstSync('lowest', SIZES.slow, 1.05)),
  ...(await firstSyncOfAll()),
  ...(await laterSyncs(isSmall ? 20_000 : 100_000)),
  ...(await starts()),
]
console.table(
  figures.map((figure) => ({
    figure: figure.name,
    value: figure.value.toFixed(2),
    limit:
      figure.most === undefined
        ? figure.least === undefined
          ? ''
          : `≥ ${figure.least}`
        : `≤ ${figure.most}`,
    holds: holds(figure) ? 'yes' : 'NO',
  })),
)
if (!figures.every(holds)) process.exitCode = 1
