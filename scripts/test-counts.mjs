/**
 * Reads the report of a test run: node scripts/test-counts.mjs REPORT FAILURES. Prints two numbers, of passed and of
 * failed tests. Appends the failed ones to a file, each with the beginning of its message.
 */
import { appendFileSync, readFileSync } from 'node:fs'

const MESSAGE_LINES = 12

const [report = '', failures = ''] = process.argv.slice(2)
const run = JSON.parse(readFileSync(report, 'utf8'))
for (const { name, message, assertionResults } of run.testResults) {
  const failed = assertionResults.filter(({ status }) => status === 'failed')
  const faults = failed.map(({ fullName, failureMessages }) => [fullName, failureMessages.join('\n')])
  // A file that could not be loaded has no tests.
  if (message && faults.length === 0) faults.push([name, message])
  for (const [what, text] of faults) {
    const lines = text.split('\n').slice(0, MESSAGE_LINES)
    appendFileSync(failures, `FAILED: ${name}: ${what}\n${lines.join('\n')}\n`)
  }
}
console.log(run.numPassedTests, Math.max(run.numFailedTests, run.numFailedTestSuites))
