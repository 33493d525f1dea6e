import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../../sandbox/streams/', import.meta.url))

/** sandbox/streams/index.ts: each file beside it exports the stream that it is named after, in camel case. */
export function sandboxIndex(): string {
  const names = readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && file !== 'index.ts')
    .map((file) => file.slice(0, -'.ts'.length))
    .sort()
  return [
    '// Generated from the files of this folder by `npm run generate`. Do not edit.',
    "import type { SandboxStream } from '../stream.js'",
    ...names.map((name) => `import { ${camelCase(name)} } from './${name}.js'`),
    '',
    'export const sandboxStreams: readonly SandboxStream[] = [',
    ...names.map((name) => `  ${camelCase(name)},`),
    ']',
    '',
  ].join('\n')
}

function camelCase(name: string): string {
  return name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
}
