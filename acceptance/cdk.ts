/** The image tests of Airbyte's Python CDK, on an image built from this folder, against the sandbox. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run, root } from './command.js'
import { openCompany } from './company.js'
import { buildImage, image } from './image.js'
import { problems, REQUIRED } from './image-tests.js'
import { outcomes } from './junit.js'
import { pythonWith } from './python.js'

/** Copies the files that the tests read to a folder of their own, with the sandbox's address in the configs. */
function connectorFolder(url: string): string {
  const folder = join(root, '.tmp/cdk')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const path of ['metadata.yaml', 'acceptance-test-config.yml', 'spec.json', 'test/acceptance'])
    cpSync(join(root, path), join(folder, path), { recursive: true })
  for (const name of ['config', 'invalid_config']) {
    const path = join(folder, `test/acceptance/${name}.json`)
    const config = JSON.parse(readFileSync(path, 'utf8')) as object
    writeFileSync(path, JSON.stringify({ ...config, base_url: url }))
  }
  return folder
}

const python = await pythonWith('cdk')
await buildImage()
const { url, close } = await openCompany()
const folder = connectorFolder(url)
const report = join(folder, 'junit.xml')
await run(
  python,
  [
    ...['-m', 'pytest', '-p', 'airbyte_cdk.test.standard_tests.pytest_hooks', '-m', 'image_tests', '-rs'],
    ...[`--rootdir=${folder}`, '--connector-image', image, '--read-from-streams=all'],
    ...['-p', 'no:cacheprovider', `--junitxml=${report}`, 'acceptance/image_tests.py'],
  ],
  { CONNECTOR_FOLDER: folder },
)
await close()

const found = outcomes(readFileSync(report, 'utf8'))
const wrong = problems(found)
for (const problem of wrong) console.error(`CDK image tests: ${problem}`)
if (wrong.length === 0) console.log(`CDK image tests: ${REQUIRED.length} passed, as required`)
process.exitCode = wrong.length === 0 ? 0 : 1
