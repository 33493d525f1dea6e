import { createHash } from 'node:crypto'
import type { Sandbox } from '../../sandbox/sandbox.js'
import { configOf, file, run } from './connector.js'
import type { OfferedStream } from './protocol.js'

/** A 40-character key, the same for the same seed. */
export const keyOf = (seed: unknown): string => createHash('sha1').update(String(seed)).digest('hex')

export interface NewField {
  name: string
  type: string
  key?: string
  options?: { id: number; label: string }[]
  deleted?: { id: number; label: string }[]
}

/** Adds a custom field to an entity of the sandbox, and returns its key. */
export function addField(sandbox: Sandbox, entity: string, field: NewField): string {
  const { name, type, key = keyOf(`${entity} ${name}`), options, deleted } = field
  sandbox.create(
    `${entity}_fields`,
    {
      key,
      name,
      field_type: type,
      edit_flag: true,
      ...(options && { options }),
      ...(deleted && { options_deleted: deleted }),
    },
    { touch: false },
  )
  return key
}

/** The id of a field's row, to rename or delete it. */
export function fieldId(sandbox: Sandbox, entity: string, key: string): number {
  return Number(sandbox.rows(`${entity}_fields`).find((row) => row.key === key)?.id)
}

export function discover(sandbox: Sandbox, config: object = {}) {
  return run(['discover', '--config', file(configOf(sandbox, config))])
}

/** The streams that `discover` offers. */
export async function offeredBy(sandbox: Sandbox, config: object = {}): Promise<OfferedStream[]> {
  const { messages } = await discover(sandbox, config)
  return messages.flatMap(({ catalog }) => catalog?.streams ?? [])
}

export type Properties = Record<string, Record<string, unknown>>

const propertiesOf = (streams: readonly OfferedStream[], name: string) =>
  (streams.find((stream) => stream.name === name)?.json_schema.properties ?? {}) as Properties

/** The names of all properties of a stream's schema that are computed, built-in ones too. */
export function computedIn(streams: readonly OfferedStream[], name: string): string[] {
  const properties = Object.entries(propertiesOf(streams, name))
  return properties.flatMap(([property, schema]) => ('x-pipedrive' in schema ? [property] : []))
}

/** The columns of a stream's custom fields, as `discover` declares them. */
export function columnsOf(streams: readonly OfferedStream[], name: string): Properties {
  const isCustom = (schema: Record<string, unknown>) =>
    (schema['x-pipedrive'] as { key: string } | undefined)?.key.length === 40
  return Object.fromEntries(
    Object.entries(propertiesOf(streams, name)).filter(([, schema]) => isCustom(schema)),
  )
}
