import { execFileSync } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { newFolder } from '../support/folder.js'

export const IMAGE = 'src-pipedrive:test'

/** Rights and size of a container of the platform, and a root that nobody can write to. */
export const RESTRICTED = [
  ...['--user', '1000:1000', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
  ...['--read-only', '--tmpfs', '/tmp', '--cpus', '1'],
] as const

/** What a docker command prints. */
export function docker(...args: string[]): string {
  return execFileSync('docker', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
}

/** The name under which a container finds this machine: without a dot, so that base_url may name it. */
export const HOST = 'docker-host'

export const KNOWS_HOST = ['--add-host', `${HOST}:host-gateway`] as const

/** A folder that a container's user may write to. */
export function sharedFolder(): string {
  const folder = newFolder()
  chmodSync(folder, 0o777)
  return folder
}

let containers = 0

export function containerName(): string {
  containers += 1
  return `src-pipedrive-test-${process.pid}-${containers}`
}
