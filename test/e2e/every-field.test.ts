import { expect, test } from '@jest/globals'
import { manifest } from '../../src/manifest/manifest.js'
import type { StreamSpec } from '../../src/manifest/stream.js'
import { loadSchema } from '../../src/sync/records/record-mapper.js'
import { everyFeature } from '../../sandbox/features.js'
import { read } from '../support/connector.js'
import { offeredBy } from '../support/fields.js'
import { pipedriveServer } from '../support/sandbox.js'
import { inVirtualTime } from '../support/time.js'
import { listStreams, perParentStreams } from '../support/streams.js'
import { schemaProblems } from '../support/schemas.js'

const pipedrive = pipedriveServer()

interface Property {
  properties?: Record<string, Property>
  items?: Property
}

/** The paths of all values of a record that are not null; parts of lists count for all of their items. */
function filled(value: unknown, path = ''): string[] {
  if (value === null || value === undefined) return []
  if (Array.isArray(value)) return [path, ...value.flatMap((item) => filled(item, `${path}[]`))]
  if (typeof value !== 'object') return [path]
  return [path, ...Object.entries(value).flatMap(([key, inner]) => filled(inner, `${path}/${key}`))]
}

function declared({ properties = {}, items }: Property, path = ''): string[] {
  const own = Object.entries(properties).flatMap(([name, inner]) => {
    const here = `${path}/${name}`
    return [here, ...declared(inner, here)]
  })
  return [...own, ...(items ? declared(items, `${path}[]`) : [])]
}

/** Never seen in an answer, or only ever null there. */
const NEVER_FILLED = [
  'organizations/org_id',
  'files/log_id',
  'product_fields/picklist_data',
  // The first sync only finds that fields are there.
  'field_changes/before',
  // Nothing comes back within one sync.
  'deletions/restored_at',
]

/** Archives have the shape of their list, and the lists of field definitions that of each other. */
const shapeOf = ({ schema }: StreamSpec) => schema.replace(/.*_fields$/, 'fields')

test('the sandbox fills every field of every schema in some record, and each record fits its schema', async () => {
  const company = pipedrive.open({ deals: 300, switches: everyFeature })
  const offered = await offeredBy(company)
  const lists = await read(company, { streams: listStreams, offered })
  const small = pipedrive.open({ deals: 20, switches: everyFeature })
  const ofParents = await inVirtualTime(() =>
    read(small, { streams: perParentStreams, config: { mail_bodies: true } }),
  )
  expect([lists.exitCode, ofParents.exitCode]).toEqual([0, 0])
  const filledIn = new Map<string, Set<string>>()
  for (const stream of manifest) {
    const output = perParentStreams.includes(stream.name) ? ofParents : lists
    const paths = output.records(stream.name).flatMap((record) => filled(record))
    filledIn.set(shapeOf(stream), new Set([...(filledIn.get(shapeOf(stream)) ?? []), ...paths]))
  }
  const empty = manifest.flatMap((stream) =>
    declared(loadSchema(stream.schema) as Property)
      .filter((path) => !filledIn.get(shapeOf(stream))?.has(path))
      .map((path) => stream.schema + path),
  )
  expect(empty).toEqual(NEVER_FILLED)
  expect([...schemaProblems(lists, offered), ...schemaProblems(ofParents)]).toEqual([])
})
