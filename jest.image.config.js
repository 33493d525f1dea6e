import base from './jest.config.js'

/** What needs a Docker engine: `npm run test:image`. One after another, since they share its memory and its processors. */
export default {
  ...base,
  testMatch: ['<rootDir>/test/image/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 120_000,
  maxWorkers: 1,
}
