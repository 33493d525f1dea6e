import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { Output } from '../support/output.js'
import { IMAGE, KNOWS_HOST, RESTRICTED, sharedFolder } from './docker.js'

/** A spec, check or discover as the platform runs it: in a folder of its own, with the answer in a file. */
export async function runJob(command: 'spec' | 'check' | 'discover', config?: unknown): Promise<Output> {
  const folder = sharedFolder()
  if (config !== undefined)
    writeFileSync(join(folder, 'connectorConfig.json'), JSON.stringify(config), { mode: 0o444 })
  const flags = config === undefined ? '' : ' --config /config/connectorConfig.json'
  const script = `eval "$AIRBYTE_ENTRYPOINT ${command}${flags}" > /config/jobOutput.json`
  const place = ['--volume', `${folder}:/config`, '--workdir', '/config', '--entrypoint', 'sh']
  const limits = [...RESTRICTED, ...KNOWS_HOST, '--memory', '2g']
  const container = spawn('docker', ['run', '--rm', ...limits, ...place, IMAGE, '-c', script], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const [stderr, [status]] = await Promise.all([
    text(container.stderr),
    once(container, 'close') as Promise<[number]>,
  ])
  // Nobody shows users what is said there.
  if (stderr !== '') throw new Error(`On stderr: ${stderr}`)
  return new Output(readFileSync(join(folder, 'jobOutput.json'), 'utf8'), status)
}
