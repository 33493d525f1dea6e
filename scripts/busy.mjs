/**
 * Runs a command beside busy loops, to see whether it passes on a busy machine: node scripts/busy.mjs 8 npm test.
 * By hand only. Exits with the command's code.
 */
import { spawn } from 'node:child_process'
import { performance } from 'node:perf_hooks'

const [count = '', command, ...args] = process.argv.slice(2)
if (!/^\d+$/.test(count) || command === undefined) {
  console.error('Usage: node scripts/busy.mjs NUMBER COMMAND [ARGUMENT…]')
  process.exit(2)
}

const loops = Array.from({ length: Number(count) }, () => spawn(process.execPath, ['--eval', 'for (;;);']))
const stop = () => {
  for (const loop of loops) loop.kill('SIGKILL')
}
process.on('exit', stop)
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1))

const began = performance.now()
const child = spawn(command, args, { stdio: 'inherit' })
child.on('error', (error) => {
  console.error(`${command} cannot be started: ${error.message}`)
  process.exit(1)
})
child.on('close', (code) => {
  const seconds = Math.round((performance.now() - began) / 1000)
  console.log(`${seconds} s beside ${count} busy loops`)
  process.exit(code ?? 1)
})
