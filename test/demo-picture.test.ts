import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { abridge, drawTerminal } from '../scripts/picture/terminal.js'
import { findStream } from '../src/manifest/manifest.js'

const text = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
const picture = text('docs/demo.svg')

/*
 * Whether the picture is what the demo prints today cannot be tested: its seconds differ from run to run, and a run
 * takes 20 seconds. The test compares what does not differ: the steps, the names of streams, and the drawing itself.
 */
test('the picture in the README has the steps of the demo, in their order', () => {
  const steps = [...text('demo/demo.ts').matchAll(/step\('(.+)'\)/g)].map(([, step = '']) => step)
  expect(steps.length).toBeGreaterThan(4)
  const drawn = [...picture.matchAll(/>› (.+)<\/text>/g)].map(([, step]) => step)
  expect(drawn).toEqual(steps)
})

test('the picture in the README names only streams that exist', () => {
  const names = [...picture.matchAll(/>│ (\w+) +│ +[\d,]+ /g)].map(([, name = '']) => name)
  expect(names.length).toBeGreaterThan(5)
  expect(names.filter((name) => !findStream(name))).toEqual([])
})

test('the picture is drawn as committed from the lines in it', () => {
  const unescaped = (line: string) =>
    line.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
  const body = picture.split('xml:space="preserve">\n')[1]?.split('\n</g>')[0] ?? ''
  const lines = body.split('\n').map((line) => unescaped(/>(.*)<\/text>/.exec(line)?.[1] ?? ''))
  expect(drawTerminal('npm run demo', lines.slice(1))).toBe(picture)
})

test('of the demo’s output, the picture leaves out progress and the rows of short lists', () => {
  const output = [
    '› read',
    '  deals: 900 records',
    '  900 records in 1 s',
    '│ users               │      15 │',
    '│ deals               │   9,000 │',
    '│ projects            │       · │',
    '│ all streams         │   9,015 │',
  ]
  expect(abridge(output.join('\n'))).toEqual([
    '› read',
    '  900 records in 1 s',
    '│ … 2 short lists     │         │',
    '│ deals               │   9,000 │',
    '│ all streams         │   9,015 │',
  ])
})
