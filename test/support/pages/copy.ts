import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './blocks.js'

/** What a fresh clone does not have. */
const LEFT_OUT = new Set(['.git', '.tmp', 'node_modules', 'dist', 'coverage', 'build'])

/** A copy of the project in which commands may write, as after `npm ci` in a fresh clone. */
export function projectCopy(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'src-pipedrive-pages-'))
  for (const name of readdirSync(root))
    if (!LEFT_OUT.has(name)) cpSync(join(root, name), join(path, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(path, 'node_modules'))
  return {
    path,
    remove: () => {
      rmSync(path, { recursive: true, force: true })
    },
  }
}
