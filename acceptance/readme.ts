import { readFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commandBlocks } from '../test/support/pages/blocks.js'
import { root, run } from './command.js'

/**
 * Runs the README's lines of Python as they are written, in a folder with the built command and a config. The shell
 * commands beside them set up such a Python (python.ts). Returns the exit code; 1 if the README has no such lines.
 */
export async function runReadme(
  python: string,
  config: object,
  env: Record<string, string>,
): Promise<number> {
  const blocks = commandBlocks('README.md').filter(({ runner }) => runner === 'pyairbyte')
  const script = blocks.find(({ language }) => language === 'python')?.text
  const setUp = blocks.map(({ text }) => text).join('\n')
  const requirements = 'acceptance/requirements-pyairbyte.txt'
  if (
    script === undefined ||
    !setUp.includes(requirements) ||
    readFileSync(join(root, requirements)).length === 0
  )
    return 1
  const folder = mkdtempSync(join(tmpdir(), 'src-pipedrive-readme-'))
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
  writeFileSync(join(folder, 'sync.py'), script)
  for (const name of ['dist', 'schemas', 'spec.json', 'package.json'])
    symlinkSync(join(root, name), join(folder, name))
  const code = await run(python, ['sync.py'], env, folder)
  rmSync(folder, { recursive: true, force: true })
  return code
}
