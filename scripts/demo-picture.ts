/**
 * Draws the README's picture of the demo: npm run --silent demo | tsx scripts/demo-picture.ts. It shows what a run on
 * this machine printed, so that its seconds differ from run to run; draw it again when the demo prints something else.
 */
import { writeFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { abridge, drawTerminal } from './picture/terminal.js'

const path = fileURLToPath(new URL('../docs/demo.svg', import.meta.url))
writeFileSync(path, drawTerminal('npm run demo', abridge(await text(process.stdin))))
