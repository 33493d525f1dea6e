import js from '@eslint/js'
import prettier from 'eslint-config-prettier'
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript'
import { importX } from 'eslint-plugin-import-x'
import tseslint from 'typescript-eslint'

/**
 * Which folder may import which, below src (docs/architecture.md). A folder may import itself, common/ and what its row
 * names: folders or files. The row of a sub-folder says what of its parent folder it may import; what it may import
 * from elsewhere is in the row of the parent.
 */
const LAYERS = [
  { folder: 'commands', mayImport: ['sync', 'config', 'manifest', 'airbyte', 'pipedrive'] },
  { folder: 'sync', mayImport: ['manifest', 'pipedrive', 'airbyte'] },
  // Leaf files: the shape of the credentials, and the rule which hosts may receive tokens.
  {
    folder: 'config',
    mayImport: ['airbyte/errors.ts', 'pipedrive/auth/credentials.ts', 'pipedrive/http/hosts.ts'],
  },
  { folder: 'manifest', mayImport: [] },
  { folder: 'pipedrive', mayImport: [] },
  { folder: 'airbyte', mayImport: [] },
  // sync: plan → readers → streams → state → records
  { folder: 'sync/readers', mayImport: ['sync/streams', 'sync/state', 'sync/records'] },
  { folder: 'sync/streams', mayImport: ['sync/state', 'sync/records'] },
  { folder: 'sync/state', mayImport: ['sync/records'] },
  { folder: 'sync/records', mayImport: [] },
  // pipedrive: client → lists, auth → http → limits
  { folder: 'pipedrive/lists', mayImport: ['pipedrive/http'] },
  { folder: 'pipedrive/auth', mayImport: ['pipedrive/http'] },
  { folder: 'pipedrive/http', mayImport: ['pipedrive/limits'] },
  { folder: 'pipedrive/limits', mayImport: [] },
]

/** Leaf helpers that every layer may import. */
const LEAVES = ['common', 'package-root.ts']

const zones = LAYERS.map(({ folder, mayImport }) => {
  const parent = folder.split('/').slice(0, -1).join('/')
  const from = `./src/${parent}`.replace(/\/$/, '')
  const allowed = [folder, ...mayImport, ...(parent === '' ? LEAVES : [])]
  return {
    target: `./src/${folder}`,
    from,
    except: allowed.map((path) => `./${path.slice(parent === '' ? 0 : parent.length + 1)}`),
    message: `src/${folder} may import only ${['itself', ...mayImport].join(', ')}.`,
  }
})

const PRIVATE_MEMBERS = {
  selector: 'PrivateIdentifier',
  message: 'Write `private readonly x`, not `#x`: one style for private members.',
}

/** Limits of real time in tests fail on a busy machine. */
const REAL_TIME = [
  {
    selector: 'CallExpression[callee.name=/^(test|it)$/][arguments.length>2]',
    message: 'No time limit per test: jest.config.js has one for hung tests.',
  },
  {
    selector: 'CallExpression[callee.callee.object.name=/^(test|it)$/][arguments.length>2]',
    message: 'No time limit per test: jest.config.js has one for hung tests.',
  },
  {
    selector: 'CallExpression[callee.name=/^(before|after)(All|Each)$/][arguments.length>1]',
    message: 'No time limit per hook: jest.config.js has one for hung tests.',
  },
  {
    selector: 'CallExpression[callee.object.name="jest"][callee.property.name="setTimeout"]',
    message: 'No time limit per file: jest.config.js has one for hung tests.',
  },
  {
    selector: 'CallExpression[callee.object.name="performance"][callee.property.name="now"]',
    message: 'No assertion on real time: it fails on a busy machine. Use virtual time.',
  },
]

/**
 * Files that do not keep a rule yet. Each of them is being split or rewritten; nothing is to be added here.
 */
const NOT_YET = {
  privateMembers: [],
  realTime: [],
  length: [],
}

export default tseslint.config(
  { ignores: ['dist', 'build', 'coverage', '.tmp'] },
  js.configs.recommended,
  { rules: { curly: ['error', 'multi-line'] } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // Type aliases name unions and shapes alike; an index signature reads better where it has a key name.
      '@typescript-eslint/consistent-indexed-object-style': 'off',
      '@typescript-eslint/consistent-type-definitions': 'off',
    },
  },
  {
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    files: ['**/*.ts'],
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': [
        'error',
        {
          zones: [
            ...zones,
            {
              target: './src',
              from: './sandbox',
              message: 'The connector imports nothing of its simulator.',
            },
            { target: './sandbox', from: './src', message: 'The simulator is written from the API alone.' },
          ],
        },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    // This one redirects what dependencies write to the console.
    ignores: ['src/airbyte/console.ts'],
    rules: { 'no-console': 'error' },
  },
  {
    files: ['{src,sandbox,demo,acceptance,scripts}/**/*.{ts,js,mjs}'],
    ignores: NOT_YET.length,
    rules: {
      'max-lines': ['error', 200],
      'max-lines-per-function': ['error', 50],
    },
  },
  {
    // A describe block is a function as long as its tests.
    files: ['test/**/*.ts'],
    ignores: NOT_YET.length,
    rules: { 'max-lines': ['error', 400] },
  },
  {
    files: ['**/*.ts'],
    ignores: NOT_YET.privateMembers,
    rules: { 'no-restricted-syntax': ['error', PRIVATE_MEMBERS] },
  },
  {
    files: ['test/**/*.test.ts'],
    ignores: ['test/image/**', ...NOT_YET.realTime],
    rules: { 'no-restricted-syntax': ['error', PRIVATE_MEMBERS, ...REAL_TIME] },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
  prettier,
)
