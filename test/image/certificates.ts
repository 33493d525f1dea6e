import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sharedFolder } from './docker.js'

/** A certificate for Pipedrive's hosts, signed by an authority that nobody knows: what an inspecting proxy shows. */
export function inspectorsCertificate() {
  const folder = sharedFolder()
  const path = (name: string) => join(folder, name)
  const request = (name: string, ...more: string[]) =>
    execFileSync(
      'openssl',
      [
        ...[
          'req',
          '-x509',
          '-nodes',
          '-days',
          '2',
          '-newkey',
          'ec',
          '-pkeyopt',
          'ec_paramgen_curve:prime256v1',
        ],
        ...['-keyout', path(`${name}.key`), '-out', path(`${name}.pem`), '-subj', `/CN=${name}`, ...more],
      ],
      { stdio: 'ignore' },
    )
  request('authority')
  const signed = ['-CA', path('authority.pem'), '-CAkey', path('authority.key')]
  request(
    'pipedrive',
    ...signed,
    '-addext',
    'subjectAltName=DNS:*.pipedrive.com',
    '-addext',
    'basicConstraints=critical,CA:FALSE',
  )
  const read = (name: string) => readFileSync(path(name), 'utf8')
  return { authority: read('authority.pem'), key: read('pipedrive.key'), cert: read('pipedrive.pem') }
}
