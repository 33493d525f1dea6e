import { Ajv, type ErrorObject } from 'ajv'
import spec from '../../spec.json' with { type: 'json' }
import { isObject } from '../common/is-object.js'

/**
 * Without the schema of schemas, which takes three quarters of the time: tests hold spec.json to it. Nor is the code
 * optimized that checks one config.
 */
const TRUSTED = { meta: false, validateSchema: false, code: { optimize: false } } as const
const ajv = new Ajv({ allErrors: true, strict: false, verbose: true, validateFormats: false, ...TRUSTED })
const validator = ajv.compile(spec.connectionSpecification)

/** What is wrong with a config, one sentence per problem; empty if it is valid by spec.json. */
export function configProblems(config: unknown): string[] {
  if (validator(config)) return []
  const errors = validator.errors ?? []
  const choices = errors.filter(({ keyword }) => keyword === 'oneOf')
  const sentences = errors.flatMap((error) => {
    const choice = choices.find(({ schemaPath }) => error.schemaPath.startsWith(`${schemaPath}/`))
    if (error.keyword === 'oneOf') return noChoice(error)
    return !choice || isOfChosenOption(error, choice) ? [sentence(error)] : []
  })
  return [...new Set(sentences)]
}

/** One of several shapes of an object; a property with a constant value says which. */
interface Option {
  properties: Record<string, { const?: string }>
}

/** Of the errors of a oneOf, only those of the chosen option are useful. */
function isOfChosenOption(error: ErrorObject, choice: ErrorObject): boolean {
  const option = `${choice.schemaPath}/${(choice.schema as Option[]).findIndex(chooses(choice.data))}/`
  return error.schemaPath.startsWith(option)
}

/** The available options, if none was chosen. */
function noChoice({ instancePath, schema, data }: ErrorObject): string[] {
  const options = schema as Option[]
  if (!isObject(data) || options.some(chooses(data))) return []
  const property = constantOf(options[0])
  const values = options.map(({ properties }) => JSON.stringify(properties[property]?.const))
  return [`${fieldAt(instancePath)}.${property} must be ${values.join(' or ')}`]
}

function chooses(data: unknown): (option: Option) => boolean {
  return (option) => {
    const property = constantOf(option)
    return isObject(data) && data[property] === option.properties[property]?.const
  }
}

function constantOf(option: Option | undefined): string {
  const [name = ''] = Object.entries(option?.properties ?? {}).find(([, { const: value }]) => value) ?? []
  return name
}

function fieldAt(instancePath: string): string {
  return instancePath.slice(1).replaceAll('/', '.')
}

function sentence(error: ErrorObject): string {
  const field = fieldAt(error.instancePath) || 'The config'
  const params = error.params as Record<string, unknown>
  switch (error.keyword) {
    case 'required': {
      const parent = error.instancePath === '' ? '' : `${field}.`
      return `${parent}${String(params.missingProperty)} is missing`
    }
    case 'enum':
      return `${field} must be one of ${(params.allowedValues as unknown[]).join(', ')}`
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
