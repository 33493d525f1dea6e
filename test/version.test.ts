import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'

const text = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

test('the package, the image and the metadata are of one version', () => {
  const { version } = JSON.parse(text('package.json')) as { version: string }
  const metadata = parse(text('metadata.yaml')) as { data: { dockerImageTag: string } }
  const label = /io\.airbyte\.version=(\S+)/.exec(text('Dockerfile'))?.[1]
  expect([label, metadata.data.dockerImageTag]).toEqual([version, version])
})
