/*
 * Memory and time of the data structures of a state: npx tsx bench/state.bench.ts
 * Memory is what the structure holds after a garbage collection; times are those of the processor, not of the clock.
 */
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Fingerprints } from '../src/sync/state/fingerprints.js'
import { KeySet } from '../src/sync/state/key-set.js'

const ROOM = 256 * 1024

/** Every draw gives the same numbers in every run (mulberry32). */
let seed = 1
function draw(): number {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function usedBytes(): number {
  for (let time = 0; time < 3; time += 1) collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

function milliseconds(run: () => void): number {
  const start = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1_000
}

const kinds: { name: string; sizes: number[]; keyAfter: (n: number, last: number) => number | string }[] = [
  { name: 'dense ids', sizes: [100_000, 3_000_000, 20_000_000], keyAfter: (n) => n + 1 },
  {
    name: 'ids, a fifth deleted',
    sizes: [100_000, 3_000_000, 20_000_000],
    keyAfter: (_, last) => last + 1 + (draw() < 0.2 ? 1 : 0),
  },
  { name: 'ten-digit ids at random', sizes: [100_000, 3_000_000], keyAfter: () => Math.floor(draw() * 1e10) },
  { name: 'hashed keys', sizes: [100_000, 3_000_000], keyAfter: (n) => `row ${n}` },
]

function benchKeySet(size: number, keyAfter: (n: number, last: number) => number | string) {
  const before = usedBytes()
  const set = new KeySet()
  let last = 0
  const adding = milliseconds(() => {
    for (let n = 0; n < size; n += 1) {
      const key = keyAfter(n, last)
      last = Number(key)
      set.add(String(key))
    }
  })
  const memory = usedBytes() - before
  let text = ''
  const encoding = milliseconds(() => (text = set.encode()))
  set.add('12345')
  set.delete('12345')
  const encodingAgain = milliseconds(() => set.encode())
  const decoding = milliseconds(() => KeySet.decode(text))
  const copy = set.clone()
  const comparing = milliseconds(() => set.missingFrom(copy).next())
  return {
    MB: (memory / 2 ** 20).toFixed(2),
    'bytes per key': (memory / set.size).toFixed(2),
    'million adds per s': (size / adding / 1_000).toFixed(1),
    'KB of text': Math.round(text.length / 1024),
    'encode ms': Math.round(encoding),
    'after one change ms': encodingAgain.toFixed(2),
    'decode ms': Math.round(decoding),
    'compare ms': Math.round(comparing),
  }
}

function benchFingerprints(name: string, keyOf: (n: number) => string) {
  const before = usedBytes()
  const all = new Fingerprints(ROOM)
  const rows = 200_000
  const setting = milliseconds(() => {
    for (let n = 0; n < rows; n += 1) all.set(keyOf(n), Math.floor(draw() * 2 ** 32), n)
  })
  const memory = usedBytes() - before
  let text = ''
  const encoding = milliseconds(() => (text = all.encode()))
  const decoding = milliseconds(() => Fingerprints.decode(text, ROOM))
  const { size } = all
  const calls = 100
  const forgetting = milliseconds(() => {
    for (let call = 0; call < calls; call += 1) all.forgetOutside((time) => time >= rows - size + call * 100)
  })
  return {
    name,
    'kept of 200,000': size,
    MB: (memory / 2 ** 20).toFixed(2),
    'µs per set': ((setting / rows) * 1_000).toFixed(1),
    'KB of text': Math.round(text.length / 1024),
    'encode ms': encoding.toFixed(1),
    'decode ms': decoding.toFixed(1),
    'forgetOutside µs': Math.round((forgetting / calls) * 1_000),
  }
}

for (const { name, sizes, keyAfter } of kinds) {
  console.log(`\nKeySet: ${name}`)
  const figures: Record<number, object> = {}
  for (const size of sizes) {
    // What is left of the set before can be collected once its turn of the event loop is over.
    await setImmediate()
    figures[size] = benchKeySet(size, keyAfter)
  }
  console.table(figures)
}
console.log('\nFingerprints in 256 KB, oldest dropped')
console.table([
  benchFingerprints('dense ids', String),
  benchFingerprints('ten-digit ids', (n) => String(1e9 + n * 45_000)),
  benchFingerprints('hashed keys', (n) => `row ${n}`),
])
