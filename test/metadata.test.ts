import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { Ajv } from 'ajv'
import formatsPlugin from 'ajv-formats'
import { parse } from 'yaml'
import { manifest } from '../src/manifest/manifest.js'
import { isPerParent } from '../src/manifest/stream.js'

interface Metadata {
  data: {
    icon: string
    suggestedStreams: { streams: string[] }
    tags: string[]
    allowedHosts: { hosts: string[] }
  }
}
const metadata = parse(readFileSync(new URL('../metadata.yaml', import.meta.url), 'utf8')) as Metadata
const suggested = metadata.data.suggestedStreams.streams

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

/** Airbyte's rules for the keys that metadata.yaml uses. Other keys are refused. */
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
      icon: text,
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

/** With AIRBYTE_METADATA_SCHEMA=FILE, Airbyte's own schema as well; .ci/run sets it. */
function schemas(): [string, object][] {
  const path = process.env.AIRBYTE_METADATA_SCHEMA
  const own: [string, object] = ['the rules that this test knows', known]
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

test('the suggested streams of metadata.yaml are in the manifest', () => {
  expect(manifest.map(({ name }) => name)).toEqual(expect.arrayContaining(suggested))
})

test('no suggested stream but the stage history, which reads moved deals alone, costs a request per parent', () => {
  const perParent = manifest.filter((stream) => suggested.includes(stream.name) && isPerParent(stream))
  expect(perParent.map(({ name }) => name)).toEqual(['deal_stage_history'])
  expect(perParent).toMatchObject([{ strategy: { movedBy: ['stage_change_time'] } }])
})

test('no suggested stream needs an add-on or an admin', () => {
  const streams = manifest.filter(({ name }) => suggested.includes(name))
  const needy = streams.filter(
    ({ feature, scopes }) => feature !== undefined || scopes.every((scope) => scope === 'admin'),
  )
  expect(needy).toEqual([])
})

test('lists that are short, archives and field definitions are suggested', () => {
  const fields = manifest.filter(({ name, feature }) => name.endsWith('_fields') && !feature)
  const wanted = [
    ...fields.map(({ name }) => name),
    'deals_archived',
    'leads_archived',
    'lead_labels',
    'currencies',
  ]
  expect(suggested).toEqual(expect.arrayContaining(wanted))
})

test('the first language tag of metadata.yaml selects the CDK’s image tests', () => {
  expect(metadata.data.tags.find((tag) => tag.startsWith('language:'))).toBe('language:java')
})

test('the icon of metadata.yaml is a square picture without links to elsewhere', () => {
  const icon = readFileSync(new URL(`../${metadata.data.icon}`, import.meta.url), 'utf8')
  expect(icon).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 (\d+) \1"/)
  expect(icon).not.toMatch(/href|<script|<image/)
  expect(icon.length).toBeLessThan(2_000)
})
