import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { Ajv } from 'ajv'
import formatsPlugin from 'ajv-formats'
import { parse } from 'yaml'
import { manifest } from '../src/manifest/manifest.js'

interface Metadata {
  data: { suggestedStreams: { streams: string[] }; tags: string[]; allowedHosts: { hosts: string[] } }
}
const metadata = parse(readFileSync(new URL('../metadata.yaml', import.meta.url), 'utf8')) as Metadata

const text = { type: 'string', minLength: 1 }
const address = { type: 'string', format: 'uri' }
const texts = { type: 'array', minItems: 1, items: text }
const oneOf = (...values: string[]) => ({ enum: values })
const object = (properties: Record<string, unknown>, optional: string[] = []) => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
})

/** Of Airbyte's rules for metadata.yaml, those for what is in ours: nothing else may be in it. */
const known = object({
  metadataSpecVersion: { const: '1.0' },
  data: object(
    {
      name: text,
      definitionId: { type: 'string', format: 'uuid' },
      connectorType: { const: 'source' },
      connectorSubtype: { const: 'api' },
      dockerRepository: text,
      dockerImageTag: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+$' },
      license: text,
      documentationUrl: address,
      githubIssueLabel: text,
      releaseStage: oneOf('alpha', 'beta', 'generally_available'),
      supportLevel: oneOf('community', 'certified', 'archived'),
      tags: texts,
      allowedHosts: object({ hosts: texts }),
      suggestedStreams: object({ streams: texts }),
      maxSecondsBetweenMessages: { type: 'integer' },
      connectorTestSuitesOptions: {
        type: 'array',
        items: object({ suite: oneOf('unitTests', 'integrationTests', 'acceptanceTests') }),
      },
      externalDocumentationUrls: { type: 'array', items: object({ title: text, url: address, type: text }) },
    },
    ['supportLevel', 'maxSecondsBetweenMessages', 'connectorTestSuitesOptions', 'externalDocumentationUrls'],
  ),
})

/** With AIRBYTE_METADATA_SCHEMA=file, Airbyte's own schema as well; CI names it. */
function schemas(): [string, object][] {
  const path = process.env.AIRBYTE_METADATA_SCHEMA
  const own: [string, object] = ['what we know of Airbyte’s rules', known]
  if (path === undefined || path === '') return [own]
  // Definitions that are copied into it keep their ids, so that some ids have two meanings; and the part about what
  // the registry adds (`generated`) names a type that JSON Schema does not have.
  const airbytes = JSON.parse(readFileSync(path, 'utf8'), (key, value: unknown) =>
    ['$id', 'generated'].includes(key) ? undefined : value,
  ) as object
  return [own, ['Airbyte’s own schema', airbytes]]
}

test.each(schemas())('metadata.yaml is valid by %s', (_, schema) => {
  const validate = formatsPlugin.default(new Ajv({ strict: false, allErrors: true })).compile(schema)
  validate(metadata)
  expect(validate.errors).toBeNull()
})

test('metadata.yaml suggests streams that there are', () => {
  const names = manifest.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(metadata.data.suggestedStreams.streams))
})

test('metadata.yaml is one that the CDK’s image tests take', () => {
  expect(metadata.data.tags.find((tag) => tag.startsWith('language:'))).toBe('language:java')
})
