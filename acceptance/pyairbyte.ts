/**
 * Syncs by PyAirbyte into a database, with the built command and with the image, against the sandbox; the queries of
 * docs/recipes.md and the dbt project; and the README's lines of Python.
 */
import { dirname, join } from 'node:path'
import { root, run } from './command.js'
import { openCompany } from './company.js'
import { buildImage, image } from './image.js'
import { pythonWith } from './python.js'
import { runReadme } from './readme.js'

// Without it, PyAirbyte looks the connector up in Airbyte's registry.
const OFFLINE = { AIRBYTE_OFFLINE_MODE: '1', NO_LIVE_PROGRESS: '1' }

const python = await pythonWith('pyairbyte')
const dbt = join(dirname(await pythonWith('dbt')), 'dbt')
await buildImage()
const ways = [
  ['--executable', join(root, 'dist/main.js')],
  ['--image', image],
]
const codes: number[] = []
for (const way of ways) {
  const { sandbox, url, close } = await openCompany()
  const company = ['--sandbox', url, '--token', sandbox.apiToken, '--dbt', dbt]
  codes.push(await run(python, ['acceptance/pyairbyte.py', ...company, ...way], OFFLINE))
  await close()
}
const { sandbox, url, close } = await openCompany()
const credentials = { auth_type: 'api_token', api_token: sandbox.apiToken }
codes.push(await runReadme(python, { credentials, base_url: url }, OFFLINE))
await close()
process.exitCode = codes.every((code) => code === 0) ? 0 : 1
