import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { Ajv } from 'ajv'
import formatsPlugin from 'ajv-formats'
import { parse } from 'yaml'
import { acceptanceAccount, acceptanceConfig, entryOf, jsonAt } from './acceptance.js'

const root = join(import.meta.dirname, '../..')
const text = (path: string) => readFileSync(join(root, path), 'utf8')
const { run } = acceptanceAccount()

test('spec emits one message with the contents of spec.json', async () => {
  const output = await run('spec')
  expect(output.messages).toEqual([{ type: 'SPEC', spec: jsonAt(entryOf('spec').spec_path ?? '') }])
  expect(output.exitCode).toBe(0)
})

test.each(['config', 'invalid_config'])(
  'test/acceptance/%s.json has the form that spec asks for',
  async (name) => {
    const [message] = (await run('spec')).messages
    const ajv = formatsPlugin.default(new Ajv({ strict: false }))
    const validate = ajv.compile(message?.spec?.connectionSpecification ?? false)
    validate(jsonAt(`test/acceptance/${name}.json`))
    expect(validate.errors).toBeNull()
  },
)

test('the image has the name and the entry point that the metadata and its environment state', () => {
  const dockerfile = text('Dockerfile')
  const metadata = parse(text('metadata.yaml')) as { data: { dockerRepository: string } }
  const { dockerRepository } = metadata.data
  expect(/io\.airbyte\.name=(\S+)/.exec(dockerfile)?.[1]).toBe(dockerRepository)
  expect(acceptanceConfig.connector_image.split(':')[0]).toBe(dockerRepository)
  const started = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(dockerfile)?.[1] ?? '') as string[]
  expect(/AIRBYTE_ENTRYPOINT="([^"]*)"/.exec(dockerfile)?.[1]).toBe(started.join(' '))
})
