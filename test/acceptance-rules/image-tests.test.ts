import { expect, test } from '@jest/globals'
import { problems, REQUIRED } from '../../acceptance/image-tests.js'
import { outcomes } from '../../acceptance/junit.js'

const BACKWARD = 'test_docker_image_spec_backward_compatibility'

/** A report as pytest writes it. */
function report(inside: Record<string, string>): string {
  const tests = Object.entries(inside).map(([name, text]) =>
    text === ''
      ? `<testcase classname=".TestImage" name="${name}" time="0.6" />`
      : `<testcase classname=".TestImage" name="${name}" time="0.6">${text}</testcase>`,
  )
  return `<testsuites><testsuite name="pytest" tests="7">${tests.join('')}</testsuite></testsuites>`
}

const passing = Object.fromEntries(REQUIRED.map((name) => [name, '']))
const judged = (inside: Record<string, string>) => problems(outcomes(report({ ...passing, ...inside })))
const [SPEC = ''] = REQUIRED

test('the image passes when all required tests passed and only the comparison with a published image was skipped', () => {
  expect(judged({ [BACKWARD]: '<skipped type="pytest.skip" message="no registry" />' })).toEqual([])
})

test.each([
  ['failed', 'failed', '<failure message="assert 1 == 2">trace</failure>'],
  ['broke off', 'failed', '<error message="setup">trace</error>'],
  ['was skipped', 'skipped', '<skipped type="pytest.skip" message="no docker" />'],
])('a required test that %s is a problem', (_, outcome, inside) => {
  expect(judged({ [SPEC]: inside })).toEqual([`${SPEC} ${outcome}`])
})

test('a required test that did not run, a new test that was skipped and any failed test are problems', () => {
  expect(problems(new Map())).toEqual(REQUIRED.map((name) => `${name} did not run`))
  expect(judged({ test_new: '<skipped />' })).toEqual(['test_new skipped'])
  expect(judged({ [BACKWARD]: '<failure />' })).toEqual([`${BACKWARD} failed`])
})
