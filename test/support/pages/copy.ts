import { cpSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { newFolder } from '../folder.js'
import { root } from './blocks.js'

/** What a fresh clone does not have. */
const LEFT_OUT = new Set(['.git', '.tmp', 'node_modules', 'dist', 'coverage', 'build'])

/** The path of a copy of the project in which commands may write, as after `npm ci` in a fresh clone. */
export function projectCopy(): string {
  const path = newFolder()
  for (const name of readdirSync(root))
    if (!LEFT_OUT.has(name)) cpSync(join(root, name), join(path, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(path, 'node_modules'))
  return path
}
