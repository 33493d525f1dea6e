import { Ajv, type ValidateFunction } from 'ajv'
import formatsPlugin from 'ajv-formats'
import { findStream } from '../../src/manifest/manifest.js'
import { loadSchema } from '../../src/sync/records/record-mapper.js'
import type { Output } from './output.js'

const ajv = formatsPlugin.default(new Ajv({ strict: false, allErrors: true }))
// Airbyte's time_without_timezone; the format's own rule asks for an offset.
ajv.addFormat('time', /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/)
const validators = new Map<string, ValidateFunction>()

/** The key of a custom field that v1 puts beside the other fields, as in leads. */
const CUSTOM_FIELD = /^[0-9a-f]{40}/

interface Schema {
  properties: Record<string, unknown>
}

/**
 * How records differ from their schemas: those of the manifest, or those that `discover` offered. Undeclared columns
 * count: warehouses drop them.
 */
export function schemaProblems(
  output: Output,
  offered?: readonly { name: string; json_schema: Schema }[],
): string[] {
  const own = new Map<string, ValidateFunction>()
  return output.messages.flatMap(({ record }) => {
    if (!record) return []
    const { stream, data } = record
    const known = offered?.find(({ name }) => name === stream)?.json_schema
    const schema = known ?? loadSchema(findStream(stream)?.schema ?? stream)
    const compiled = known ? own : validators
    const validate = compiled.get(stream) ?? ajv.compile(schema)
    compiled.set(stream, validate)
    const undeclared = Object.keys(data).filter(
      (key) => !(key in schema.properties) && !CUSTOM_FIELD.test(key),
    )
    const valid = validate(data)
    return [
      ...(valid ? [] : [`${stream}: ${ajv.errorsText(validate.errors)}`]),
      ...undeclared.map((key) => `${stream}: ${key} is not declared`),
    ]
  })
}
