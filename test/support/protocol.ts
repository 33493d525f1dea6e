import { readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'
import formatsPlugin from 'ajv-formats'

const text = { type: 'string' }
const name = { type: 'string', minLength: 1 }
const moment = { type: 'integer', minimum: 1_000_000_000_000 }
const object = (properties: Record<string, unknown>, required = Object.keys(properties)) => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
})
const oneOf = (...values: string[]) => ({ enum: values })
const descriptor = object({ name })

const logLevels = oneOf('FATAL', 'ERROR', 'WARN', 'INFO', 'DEBUG')
const change = object({
  field: name,
  change: oneOf('NULLED', 'TRUNCATED'),
  reason: oneOf('SOURCE_SERIALIZATION_ERROR', 'SOURCE_RETRIEVAL_ERROR'),
})
const rateLimit = object({ type: { const: 'RATE_LIMITED' }, rate_limited: object({ quota_reset: moment }) })
const streamState = { type: 'object', minProperties: 1 }
const modes = { type: 'array', minItems: 1, items: oneOf('full_refresh', 'incremental') }
const path = { type: 'array', items: text }
const stream = object(
  {
    name,
    json_schema: { type: 'object', required: ['properties'] },
    supported_sync_modes: modes,
    source_defined_cursor: { const: true },
    default_cursor_field: path,
    source_defined_primary_key: { type: 'array', items: path },
    is_resumable: { const: true },
  },
  ['name', 'json_schema', 'supported_sync_modes', 'source_defined_primary_key'],
)

const bodies = {
  RECORD: {
    record: object(
      {
        stream: name,
        data: { type: 'object', minProperties: 1 },
        emitted_at: moment,
        meta: object({ changes: { type: 'array', minItems: 1, items: change } }),
      },
      ['stream', 'data', 'emitted_at'],
    ),
  },
  STATE: {
    state: object({
      type: { const: 'STREAM' },
      stream: object({ stream_descriptor: descriptor, stream_state: streamState }),
      sourceStats: object({ recordCount: { type: 'number', minimum: 0 } }),
    }),
  },
  LOG: { log: object({ level: logLevels, message: name, stack_trace: text }, ['level', 'message']) },
  TRACE: {
    trace: {
      oneOf: [
        object({
          type: { const: 'STREAM_STATUS' },
          emitted_at: moment,
          stream_status: object(
            {
              stream_descriptor: descriptor,
              status: oneOf('STARTED', 'RUNNING', 'COMPLETE', 'INCOMPLETE'),
              reasons: { type: 'array', minItems: 1, maxItems: 1, items: rateLimit },
            },
            ['stream_descriptor', 'status'],
          ),
        }),
        object({
          type: { const: 'ERROR' },
          emitted_at: moment,
          error: object(
            {
              message: name,
              internal_message: text,
              stack_trace: text,
              failure_type: oneOf('config_error', 'transient_error', 'system_error'),
              stream_descriptor: descriptor,
            },
            ['message', 'failure_type'],
          ),
        }),
      ],
    },
  },
  SPEC: { spec: { type: 'object', required: ['connectionSpecification'] } },
  CONNECTION_STATUS: {
    connectionStatus: object({ status: oneOf('SUCCEEDED', 'FAILED'), message: name }, ['status']),
  },
  CONTROL: {
    control: object({
      type: { const: 'CONNECTOR_CONFIG' },
      emitted_at: moment,
      connectorConfig: object({ config: { type: 'object', minProperties: 1 } }),
    }),
  },
  CATALOG: { catalog: object({ streams: { type: 'array', minItems: 1, items: stream } }) },
}

// The schemas are the project's own and the protocol's: to check them takes longer than to compile them.
const ajv = formatsPlugin.default(new Ajv({ strict: false, meta: false, validateSchema: false }))

/** With AIRBYTE_PROTOCOL=file, as in CI, lines are validated against the protocol's own schema too. */
const protocol = await protocolSchema(process.env.AIRBYTE_PROTOCOL)

async function protocolSchema(file = ''): Promise<ValidateFunction | undefined> {
  if (file === '') return undefined
  // Only here: every test of a command would load it.
  const { parse } = await import('yaml')
  const { definitions } = parse(readFileSync(file, 'utf8')) as { definitions: object }
  return ajv.compile({ definitions, $ref: '#/definitions/AirbyteMessage' })
}

const own = new Map<string, ValidateFunction>()

/** The messages that this connector may send. Narrower than the protocol, which allows additional keys. */
function ownSchema(type: string): ValidateFunction {
  const body = Object.hasOwn(bodies, type) ? bodies[type as keyof typeof bodies] : undefined
  const validate = own.get(type) ?? ajv.compile(body ? object({ type: { const: type }, ...body }) : false)
  own.set(type, validate)
  return validate
}

/** The message in a line of output; throws if the line is not a message. */
export function parseLine(line: string): Message {
  const message = JSON.parse(line) as Message
  for (const validate of [ownSchema(message.type), protocol]) {
    if (validate && !validate(message))
      throw new Error(`Not a message: ${ajv.errorsText(validate.errors)} in ${line.slice(0, 500)}`)
  }
  return message
}

/** The parts of a message that tests use. */
export interface Message {
  type: string
  record?: { stream: string; data: Record<string, unknown>; emitted_at: number; meta?: { changes: object[] } }
  state?: {
    stream: { stream_descriptor: { name: string }; stream_state: Record<string, unknown> }
    sourceStats: { recordCount: number }
  }
  log?: { level: string; message: string }
  trace?: {
    type: string
    stream_status?: {
      stream_descriptor: { name: string }
      status: string
      reasons?: { rate_limited: { quota_reset: number } }[]
    }
    error?: {
      message: string
      internal_message?: string
      stack_trace?: string
      failure_type: string
      stream_descriptor?: { name: string }
    }
  }
  spec?: { connectionSpecification: Record<string, unknown> }
  connectionStatus?: { status: string; message?: string }
  catalog?: { streams: OfferedStream[] }
  control?: { type: string; emitted_at: number; connectorConfig: { config: Record<string, unknown> } }
}

export interface OfferedStream {
  name: string
  json_schema: { properties: Record<string, unknown> }
  supported_sync_modes: string[]
  default_cursor_field?: string[]
  source_defined_primary_key: string[][]
  is_resumable?: boolean
}
