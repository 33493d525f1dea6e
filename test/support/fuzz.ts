import fc from 'fast-check'
import type { Draw } from './random.js'

/**
 * FUZZ_SEED=… runs the fuzz tests with other inputs, FUZZ_TIMES=10 with ten times as many, as CI does every night. A
 * failure prints its seed and the smallest input.
 */
export function fuzzed(numRuns: number): fc.Parameters<unknown> {
  const times = Number(process.env.FUZZ_TIMES ?? 1)
  return { numRuns: numRuns * times, seed: Number(process.env.FUZZ_SEED ?? 20_261_121), endOnFailure: false }
}

/** As large as the seeds of `drawing`. */
export const anySeed = fc.integer({ min: 0, max: 2 ** 31 - 1 })

/** Values that break careless code. The texts would fake output lines, clear a terminal, or name built-in members. */
const HOSTILE: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e21,
  -0.5,
  '',
  '0000-00-00',
  '9999999999999999999',
  '2026-02-31T25:61:61Z',
  '{"type":"RECORD"}\n{"type":"STATE"}\r\n',
  '\u001b[2J\u0000\u202e',
  '\ud800',
  'x'.repeat(5_000),
  '__proto__',
  [],
  {},
  [[[[[]]]]],
  [null, null],
  { id: null },
  JSON.parse('{"__proto__":{"id":1},"constructor":{"prototype":null}}'),
]

/** The value with one part replaced, removed or repeated; the draws decide which. The original stays as it is. */
export function mutate(value: unknown, draw: Draw): unknown {
  const copy = { root: structuredClone(value) }
  const { holder, key } = pickPlace(copy, draw)
  const action = draw.pick(['replace', 'replace', 'remove', 'repeat', 'rename'] as const)
  const part = holder[key]
  if (Array.isArray(holder) && action === 'repeat') holder.push(part)
  else if (action === 'remove' && holder !== (copy as unknown)) Reflect.deleteProperty(holder, key)
  else if (action === 'rename') holder[`${key}\u0000`] = part
  else holder[key] = draw.pick(HOSTILE)
  return copy.root
}

type Holder = Record<string, unknown>

/** Any part of the value, at any depth. */
function pickPlace(root: { root: unknown }, draw: Draw): { holder: Holder; key: string } {
  let place = { holder: root as Holder, key: 'root' }
  for (;;) {
    const inner = place.holder[place.key]
    const keys = typeof inner === 'object' && inner !== null ? Object.keys(inner) : []
    if (keys.length === 0 || draw.below(6) === 0) return place
    place = { holder: inner as Holder, key: draw.pick(keys) }
  }
}

/** JSON that JSON.stringify does not write: numbers without end, deep nesting, repeated keys, cut texts. */
export function mutateText(text: string, draw: Draw): string {
  const at = draw.below(text.length)
  const number = draw.pick(['1e400', '-1e999', '9007199254740993', '1'.repeat(400), '-0', '1e-400', '0.1e1'])
  switch (draw.pick(['number', 'number', 'deep', 'cut', 'repeat', 'garbage', 'key'] as const)) {
    case 'number':
      return replaceNumber(text, draw, number)
    case 'deep':
      return replaceNumber(text, draw, `${'[{"a":'.repeat(2_000)}1${'}]'.repeat(2_000)}`)
    case 'cut':
      return text.slice(0, at)
    case 'repeat':
      return text + text
    case 'garbage':
      return `${text.slice(0, at)}\u0000<html>${text.slice(at)}`
    case 'key':
      return text.replace('"id":', `"id":${number},"__proto__":{"id":1},"id":`)
  }
}

function replaceNumber(text: string, draw: Draw, number: string): string {
  const places = [...text.matchAll(/(?<=":)-?\d+(?=[,}])/g)]
  if (places.length === 0) return text
  const { index, 0: found } = draw.pick(places)
  return text.slice(0, index) + number + text.slice(index + found.length)
}
