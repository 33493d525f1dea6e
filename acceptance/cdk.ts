/** The image tests of Airbyte's Python CDK, on an image built from this folder, against the sandbox. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run, root } from './command.js'
import { openCompany } from './company.js'
import { buildImage, image } from './image.js'
import { outcomes, type Outcome } from './junit.js'
import { pythonWith } from './python.js'

const test = (name: string, config?: string) =>
  `test_docker_image_${name}` + (config === undefined ? '' : `['${config}' Test Scenario]`)

const REQUIRED = [
  test('build_and_spec'),
  test('build_and_config_matches_spec', 'config'),
  test('build_and_check', 'config'),
  test('build_and_check', 'invalid_config'),
  test('build_and_discover', 'config'),
  test('build_and_read', 'config'),
]

/** The first asks Airbyte's registry for a published version; the others are not asked of a config that is refused. */
const MAY_SKIP = [
  test('spec_backward_compatibility'),
  test('build_and_config_matches_spec', 'invalid_config'),
  test('build_and_discover', 'invalid_config'),
  test('build_and_read', 'invalid_config'),
]

function problems(found: ReadonlyMap<string, Outcome>): string[] {
  const missing = REQUIRED.filter((name) => found.get(name) !== 'passed').map(
    (name) => `${name} ${found.get(name) ?? 'did not run'}`,
  )
  const others = [...found].filter(
    ([name, outcome]) =>
      !REQUIRED.includes(name) &&
      (outcome === 'failed' || (outcome === 'skipped' && !MAY_SKIP.includes(name))),
  )
  return [...missing, ...others.map(([name, outcome]) => `${name} ${outcome}`)]
}

/** The files that the tests look at, in a folder of their own, with the sandbox's address in the configs. */
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
