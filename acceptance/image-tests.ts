import type { Outcome } from './junit.js'

const test = (name: string, config?: string) =>
  `test_docker_image_${name}` + (config === undefined ? '' : `['${config}' Test Scenario]`)

/** The tests that have to pass, with the config for which each runs. */
export const REQUIRED = [
  test('build_and_spec'),
  test('build_and_config_matches_spec', 'config'),
  test('build_and_check', 'config'),
  test('build_and_check', 'invalid_config'),
  test('build_and_discover', 'config'),
  test('build_and_read', 'config'),
]

/** The first compares with a published version in Airbyte's registry; the others do not apply to a refused config. */
const MAY_SKIP = [
  test('spec_backward_compatibility'),
  test('build_and_config_matches_spec', 'invalid_config'),
  test('build_and_discover', 'invalid_config'),
  test('build_and_read', 'invalid_config'),
]

/** The problems of a run. Tests that are not listed above have to pass as well. */
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
