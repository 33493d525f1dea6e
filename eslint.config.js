import js from '@eslint/js'
import prettier from 'eslint-config-prettier'
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript'
import { importX } from 'eslint-plugin-import-x'
import tseslint from 'typescript-eslint'

/** Who may import whom: docs/architecture.md. A room may import itself and the rooms named here, nothing else. */
const rooms = {
  commands: ['sync', 'config', 'manifest', 'airbyte', 'pipedrive'],
  sync: ['manifest', 'pipedrive', 'airbyte'],
  // Leaf files: the shape of the credentials, and the rule on which hosts may receive tokens.
  config: ['airbyte/errors.ts', 'pipedrive/auth/credentials.ts', 'pipedrive/http/hosts.ts'],
  manifest: [],
  pipedrive: [],
  airbyte: [],
}

const walls = Object.entries(rooms).map(([room, neighbours]) => ({
  target: `./src/${room}`,
  from: './src',
  except: [`./${room}`, './common', './package-root.ts', ...neighbours.map((neighbour) => `./${neighbour}`)],
  message: `src/${room} may import only ${['itself', ...neighbours].join(', ')}.`,
}))

/** The layers inside src/pipedrive. client.ts may import all of them, and none of them may import client.ts. */
const pipedriveLayers = {
  lists: ['http'],
  auth: ['http'],
  http: ['limits'],
  limits: [],
}

const pipedriveZones = [
  ...Object.entries(pipedriveLayers).map(([layer, below]) => ({
    target: `./src/pipedrive/${layer}`,
    from: './src/pipedrive',
    except: [layer, ...below].map((name) => `./${name}`),
    message: `src/pipedrive/${layer} may import only ${['itself', ...below].join(', ')}.`,
  })),
  ...['auth/credentials.ts', 'http/hosts.ts'].map((leaf) => ({
    target: `./src/pipedrive/${leaf}`,
    from: './src',
    message: `src/pipedrive/${leaf} is imported by src/config: it imports nothing.`,
  })),
]

export default tseslint.config(
  { ignores: ['dist', 'coverage', '.tmp'] },
  js.configs.recommended,
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
            ...walls,
            ...pipedriveZones,
            { target: './src', from: './sandbox', message: 'The connector knows nothing of its simulator.' },
            { target: './sandbox', from: './src', message: 'The simulator is written from the API alone.' },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
  prettier,
)
