/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  // Whole syncs in virtual time take seconds of real time, on a machine that has other things to do.
  testTimeout: 30_000,
  maxWorkers: '100%',
  globalSetup: '<rootDir>/test/support/build.js',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // These need a Docker engine: jest.image.config.js.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/image/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
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
