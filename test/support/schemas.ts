import { Ajv, type ValidateFunction } from 'ajv'
import formatsPlugin from 'ajv-formats'
import { findStream } from '../../src/manifest/manifest.js'
import { loadSchema } from '../../src/sync/records/record-mapper.js'
import type { Output } from './output.js'

const ajv = formatsPlugin.default(new Ajv({ strict: false, allErrors: true }))
const validators = new Map<string, ValidateFunction>()

/** The key of a custom field that v1 puts beside the other fields, as in leads. */
const CUSTOM_FIELD = /^[0-9a-f]{40}/

/** How records differ from their schemas. Undeclared columns count: warehouses drop them. */
export function schemaProblems(output: Output): string[] {
  return output.messages.flatMap(({ record }) => {
    if (!record) return []
    const { stream, data } = record
    const schema = loadSchema(findStream(stream)?.schema ?? stream)
    const validate = validators.get(stream) ?? ajv.compile(schema)
    validators.set(stream, validate)
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
