import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

/** Runs a command and shows its output. The sandbox in this process keeps answering meanwhile. */
export async function run(
  command: string,
  argv: readonly string[],
  env: Record<string, string> = {},
  cwd = root,
) {
  const child = spawn(command, argv, { cwd, stdio: 'inherit', env: { ...process.env, ...env } })
  const [code] = (await once(child, 'close')) as [number | null]
  return code ?? 1
}

/** The same, but throws if the command fails. */
export async function need(command: string, argv: readonly string[]): Promise<void> {
  const code = await run(command, argv)
  if (code !== 0) throw new Error(`${command} ${argv.join(' ')} ended with exit code ${code}.`)
}
