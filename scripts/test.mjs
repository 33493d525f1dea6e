/**
 * Runs jest on the named projects: node scripts/test.mjs unit,e2e [jest's own arguments]. Jest gets Node's flags by
 * argument: in NODE_OPTIONS they would reach the commands that the tests start as well.
 */
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'

const FLAGS = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  // Tests make much that is soon garbage: with more room for it, it is collected less often.
  '--max-semi-space-size=32',
]

const [projects = '', ...options] = process.argv.slice(2)
const jest = createRequire(import.meta.url).resolve('jest/bin/jest')
// The projects come last: their option takes every word up to the next option.
const args = [...FLAGS, jest, ...options, '--selectProjects', ...projects.split(',')]
const child = spawn(process.execPath, args, { stdio: 'inherit' })
child.on('close', (code) => {
  process.exitCode = code ?? 1
})
