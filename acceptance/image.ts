import { execFileSync } from 'node:child_process'
import { need } from './command.js'

/** The name that acceptance-test-config.yml gives the image; IMAGE names another one. */
export const image = process.env.IMAGE ?? 'src-pipedrive:dev'

export async function buildImage(): Promise<void> {
  await need('docker', ['build', '--quiet', '--tag', image, '.'])
}

/**
 * The address at which a container reaches this machine: the gateway of its default route, which Linux writes as hex,
 * last byte first.
 */
export function gateway(): string {
  const routes = execFileSync('docker', ['run', '--rm', '--entrypoint', 'cat', image, '/proc/net/route'])
  const hex = /^\S+\t00000000\t([0-9A-F]{8})\t/m.exec(routes.toString())?.[1]
  if (hex === undefined)
    throw new Error('Containers have no way to this machine: Docker has no default bridge.')
  return [...Buffer.from(hex, 'hex')].reverse().join('.')
}
