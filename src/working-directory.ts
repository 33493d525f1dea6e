import { writeSync } from 'node:fs'
import { configError, errorTrace } from './airbyte/errors.js'

/**
 * Reports a working directory that was deleted. To be imported first: yargs reads the working directory while it
 * loads.
 */
try {
  process.cwd()
} catch {
  const error = configError('The working directory was deleted. Start the command from another folder.')
  writeSync(1, `${JSON.stringify(errorTrace(error))}\n`)
  process.exit(1)
}
