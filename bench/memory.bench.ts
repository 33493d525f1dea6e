/*
 * Peak memory of a first sync of 100,000 and of 20,000,000 deals: npm run bench:memory. Fails when the larger one takes
 * more than 1.2 times as much, or more than 150 MB. Other sizes: npm run bench:memory -- 100000 1000000
 */
import { execFileSync } from 'node:child_process'
import { bundle, NODE_FLAGS } from './bundle.js'

const LIMITS = { ratio: 1.2, peakMB: 150 } satisfies Record<string, number>
const SIZES = [100_000, 20_000_000]
/** The last one is that of src/main.ts. */
const FLAGS = [...NODE_FLAGS, '--heap-growing-percent=100']
const BUNDLE = 'build/bench-memory.mjs'

interface Figures {
  rows: number
  records: number
  peakMB: number
  cpuSeconds: number
  stateCharacters: number
}

await bundle({ entryPoints: ['bench/memory/read-rows.ts'], outfile: BUNDLE })

const named = process.argv.slice(2).map(Number)
const sizes = named.length > 0 ? named : SIZES
const measured = sizes.map((rows) => {
  const output = execFileSync(process.execPath, [...FLAGS, BUNDLE, String(rows)], { encoding: 'utf8' })
  const figures = JSON.parse(output) as Figures
  if (figures.records !== rows) throw new Error(`${figures.records} of ${rows} rows were emitted.`)
  return figures
})
console.table(
  measured.map(({ rows, peakMB, cpuSeconds, stateCharacters }) => ({
    rows: rows.toLocaleString('en'),
    'peak MB': peakMB.toFixed(1),
    'CPU s': cpuSeconds.toFixed(1),
    'rows per CPU s': Math.round(rows / cpuSeconds).toLocaleString('en'),
    'state characters': stateCharacters,
  })),
)
const peaks = measured.map(({ peakMB }) => peakMB)
const ratio = (peaks.at(-1) ?? 0) / (peaks[0] ?? 1)
console.log(`Ratio ${ratio.toFixed(2)} (at most ${LIMITS.ratio}); peak at most ${LIMITS.peakMB} MB.`)
if (ratio > LIMITS.ratio || Math.max(...peaks) > LIMITS.peakMB) process.exitCode = 1
