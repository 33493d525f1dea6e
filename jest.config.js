import { availableParallelism } from 'node:os'

/**
 * Four projects: `unit` needs no build and no server; `e2e` runs whole commands and syncs; `pages` runs the commands of
 * the documentation; `image` needs a Docker engine. scripts/test.mjs selects them: npm test runs the first two,
 * npm run test:unit, test:e2e, test:pages and test:image each one.
 */
const E2E_FOLDERS = ['acceptance-rules', 'commands', 'e2e', 'sandbox']

// What a hung test may take, not a limit for a slow one: it has to hold on a machine that is busy with other things.
const TEST_TIMEOUT_MS = 300_000

const below = (paths) => paths.map((path) => `<rootDir>/${path}`)

const common = {
  // Without these, jest looks through all of node_modules when it starts.
  roots: below(['src', 'sandbox', 'test']),
  testEnvironment: '<rootDir>/test/support/environment.js',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        // Beside the code, not in it: each test file compiles all the code that it imports.
        sourceMaps: true,
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript' },
          experimental: { keepImportAttributes: true },
        },
      },
    ],
  },
  // Sources import './name.js', as Node resolves it after the build; under jest the file is still './name.ts'.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
}

/** @type {import('jest').Config} */
export default {
  // More than processors: tests of whole commands wait for child processes and for the rate limit.
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
  // A process that has run many files is half as fast: what they leave behind slows the next ones down.
  workerIdleMemoryLimit: '500MB',
  testSequencer: '<rootDir>/test/support/sequencer.js',
  // Jest heeds it here only, not in a project.
  testTimeout: TEST_TIMEOUT_MS,
  collectCoverageFrom: ['src/**/*.ts'],
  // V8's own coverage makes each test file slower than the one before: it took more than twice as long.
  coverageProvider: 'babel',
  coverageReporters: ['text', 'lcov'],
  // The level reached, rounded down with room for what random tests reach. Raise it with the coverage; do not lower it.
  coverageThreshold: { global: { statements: 98, branches: 94, functions: 98, lines: 98 } },
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: below(['test/**/*.test.ts']),
      testPathIgnorePatterns: [
        '/node_modules/',
        ...below(['test/main.test.ts', `test/(${E2E_FOLDERS.join('|')}|pages|image)/`]),
      ],
    },
    {
      ...common,
      displayName: 'e2e',
      testMatch: below(['test/main.test.ts', `test/{${E2E_FOLDERS.join(',')}}/**/*.test.ts`]),
      globalSetup: '<rootDir>/test/support/build.js',
    },
    { ...common, displayName: 'pages', testMatch: below(['test/pages/**/*.test.ts']) },
    { ...common, displayName: 'image', testMatch: below(['test/image/**/*.test.ts']) },
  ],
}
