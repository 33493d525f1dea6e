import type { Outcome } from './junit.js'

const test = (name: string, config?: string) =>
  `test_docker_image_${name}` + (config === undefined ? '' : `['${config}' Test Scenario]`)

/** What has to pass, with the config that it runs for. */
export const REQUIRED = [
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

/** What is wrong with the outcome of a run. A test that nobody knows here has to pass, too. */
export function problems(found: ReadonlyMap<string, Outcome>): string[] {
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
