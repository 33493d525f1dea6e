/*
 * What columns for custom fields cost: npm run bench:custom-fields
 * Reads deals with 40 custom fields, of all types, with columns and raw in turn, from a server in another process.
 * Times are those of the processor in the whole process of `read`, without its start, which a sync of one row shows.
 * Fails above the limit.
 */
import { byTurns, least } from './read/by-turns.js'
import { buildBundles, runConnector, schemaIn } from './read/processes.js'
import { optionsOf, withServer } from './read/with-server.js'

const FIELDS = 40
const ROWS = 100_000
const ROUNDS = 5
/** How much more time per record columns may take than raw. */
const MOST_SHARE = 0.25

type Kind = 'columns' | 'raw'

/** The processor time of reads in ms, of each kind the least of some rounds. */
function timesOf(rows: number): Promise<Record<Kind, number>> {
  const given = { rows, rowBytes: 0, customFields: FIELDS, filled: 'a seventh, of all types' } as const
  return withServer(optionsOf(given), async (server) => {
    const { output } = await runConnector('discover', server, { output: 'keep', customFields: 'columns' })
    const schema = schemaIn(output)
    const readOf = (customFields: Kind) => () => runConnector('read', server, { schema, customFields })
    const { raw, columns } = await byTurns(ROUNDS, { raw: readOf('raw'), columns: readOf('columns') })
    return { raw: least(raw, 'cpuMs'), columns: least(columns, 'cpuMs') }
  })
}

await buildBundles()
const [one, all] = [await timesOf(1), await timesOf(ROWS)]
const microseconds = (kind: Kind) => ((all[kind] - one[kind]) * 1_000) / (ROWS - 1)
const [raw, columns] = [microseconds('raw'), microseconds('columns')]
const more = columns / raw - 1
console.log(
  `${FIELDS} fields, a seventh of them set: ${raw.toFixed(1)} µs per record raw, ` +
    `${columns.toFixed(1)} µs with columns, ${(more * 100).toFixed(1)} % more`,
)
if (more > MOST_SHARE) {
  console.error(`Columns take more than ${MOST_SHARE * 100} % more time per record than raw.`)
  process.exitCode = 1
}
