import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { need, root } from './command.js'

/** The Python of a virtual environment with what requirements-NAME.txt pins; created anew when that file changes. */
export async function pythonWith(name: 'cdk' | 'dbt' | 'pyairbyte'): Promise<string> {
  const requirements = join(root, `acceptance/requirements-${name}.txt`)
  const folder = join(root, `.tmp/python-${name}`)
  const installed = join(folder, 'installed.txt')
  const python = join(folder, 'bin/python')
  const read = (path: string) => readFileSync(path, 'utf8')
  if (existsSync(installed) && read(installed) === read(requirements)) return python
  rmSync(folder, { recursive: true, force: true })
  await need('python3', ['-m', 'venv', folder])
  await need(python, ['-m', 'pip', 'install', '--quiet', '--requirement', requirements])
  copyFileSync(requirements, installed)
  return python
}
