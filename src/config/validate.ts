import { Ajv, type ErrorObject } from 'ajv'
import spec from '../../spec.json' with { type: 'json' }

const ajv = new Ajv({ allErrors: true, strict: false, verbose: true })
const validator = ajv.compile(spec.connectionSpecification)

/** What is wrong with a config, a sentence each; empty when it fits the spec. */
export function configProblems(config: unknown): string[] {
  if (validator(config)) return []
  const errors = validator.errors ?? []
  const options = new Set(errors.filter(isWrongOption).map(optionOf))
  // Of a oneOf, only the option that was chosen (its const matches) says anything useful; failing that, the const.
  const telling = errors.filter(
    (error) => error.keyword !== 'oneOf' && (isWrongOption(error) || !options.has(optionOf(error))),
  )
  const chosenFits = telling.some((error) => optionOf(error) !== undefined && !isWrongOption(error))
  const relevant = telling.filter((error) => !(chosenFits && isWrongOption(error)))
  return [...new Set(relevant.map(sentence))]
}

function isWrongOption(error: ErrorObject): boolean {
  return error.keyword === 'const'
}

function optionOf(error: ErrorObject): string | undefined {
  return /\/oneOf\/\d+/.exec(error.schemaPath)?.[0]
}

function sentence(error: ErrorObject): string {
  const field = error.instancePath.slice(1).replaceAll('/', '.') || 'The config'
  const params = error.params as Record<string, unknown>
  switch (error.keyword) {
    case 'required': {
      const parent = error.instancePath === '' ? '' : `${field}.`
      return `${parent}${String(params.missingProperty)} is missing`
    }
    case 'enum':
      return `${field} must be one of ${(params.allowedValues as unknown[]).join(', ')}`
    case 'const':
      return `${field} must be ${JSON.stringify(params.allowedValue)}`
    case 'pattern': {
      const descriptor = (error.parentSchema as { pattern_descriptor?: string } | undefined)
        ?.pattern_descriptor
      return `${field} must have the form ${descriptor ?? String(params.pattern)}`
    }
    case 'minLength':
      return `${field} is empty`
    default:
      return `${field} ${error.message ?? 'is not valid'}`
  }
}
