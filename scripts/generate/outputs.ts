import { readFileSync } from 'node:fs'
import { format, resolveConfig } from 'prettier'
import { manifest } from '../../src/manifest/manifest.js'
import type { StreamSpec } from '../../src/manifest/stream.js'
import { acceptanceCatalog } from './acceptance-catalog.js'
import { acceptanceConfig } from './acceptance-config.js'
import { futureState } from './future-state.js'
import { migrationPage } from './migration-page.js'
import { sandboxIndex } from './sandbox-index.js'
import { startDates } from './start-dates.js'
import { streamsDoc } from './streams-doc.js'

export interface Output {
  /** From the project's root. */
  readonly path: string
  /** The whole file. `current` is what it contains now: files that are written in part keep the rest. */
  readonly render: (manifest: readonly StreamSpec[], current: string) => string
}

/** Every file that has to know the streams. */
export const outputs: readonly Output[] = [
  { path: 'docs/streams.md', render: streamsDoc },
  { path: 'docs/from-airbyte-source-pipedrive.md', render: migrationPage },
  { path: 'spec.json', render: startDates },
  { path: 'acceptance-test-config.yml', render: acceptanceConfig },
  { path: 'test/acceptance/configured_catalog.json', render: acceptanceCatalog },
  { path: 'test/acceptance/future_state.json', render: futureState },
  { path: 'sandbox/streams/index.ts', render: sandboxIndex },
]

const root = new URL('../../', import.meta.url)

export const urlOf = ({ path }: Output): URL => new URL(path, root)

/** What the file contains now; empty if it does not exist. */
export function currentText(output: Output): string {
  try {
    return readFileSync(urlOf(output), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

/** What the file has to contain, formatted as `npm run format` would. */
export async function generatedText(output: Output): Promise<string> {
  const text = output.render(manifest, currentText(output))
  // Markdown tables stay as they are rendered: aligned ones would change in every line with one new stream.
  if (output.path.endsWith('.md')) return text
  return format(text, { ...(await resolveConfig(urlOf(output))), filepath: output.path })
}
