import { type ApiResponse, badRequest, invalidParameter, RejectedRequest } from './api-response.js'
import type { ParameterKind, StreamRoute } from './route.js'
import type { Switches } from './switches.js'
import { parseTimeParameter } from './times.js'

const DEFAULT_LIMIT = 100
const MAX_LIMIT = 500
// "A comma separated list of up to 100 entity ids", for ids and deal_ids alike.
const MAX_IDS = 100
// "A comma separated list of up to 15 custom field keys"
const MAX_CUSTOM_FIELDS = 15

/** The query of one request, as the API reads it. Invalid values are rejected with a 400. */
export class Parameters {
  private readonly rejection: (error: string) => ApiResponse

  constructor(
    private readonly version: 'v1' | 'v2',
    private readonly query: URLSearchParams,
  ) {
    this.rejection = version === 'v2' ? invalidParameter : badRequest
  }

  reject(error: string): never {
    throw new RejectedRequest(this.rejection(error))
  }

  /** v2 rejects unknown and repeated parameters; v1 ignores unknown ones. */
  checkNames(allowed: readonly string[]): void {
    if (this.version === 'v1') return
    for (const name of this.query.keys()) {
      if (!allowed.includes(name)) this.reject(`"${name}" is not allowed`)
      if (this.query.getAll(name).length > 1) this.reject(`"${name}" is given more than once`)
    }
  }

  text(name: string): string | undefined {
    return this.query.get(name) ?? undefined
  }

  integer(name: string): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    return /^-?\d{1,15}$/.test(text) ? Number(text) : this.reject(`"${name}" must be an integer`)
  }

  boolean(name: string): boolean | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    if (text === 'true' || (text === '1' && this.version === 'v1')) return true
    if (text === 'false' || (text === '0' && this.version === 'v1')) return false
    return this.reject(`"${name}" must be a boolean`)
  }

  value(kind: ParameterKind, name: string): string | number | boolean | undefined {
    if (kind === 'text') return this.text(name)
    return kind === 'integer' ? this.integer(name) : this.boolean(name)
  }

  time(name: string): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    return parseTimeParameter(text) ?? this.reject(`"${name}" is not a valid datetime`)
  }

  list(name: string): readonly string[] | undefined {
    return this.text(name)?.split(',')
  }

  oneOf(name: string, allowed: readonly string[]): string | undefined {
    const text = this.text(name)
    if (text === undefined || allowed.includes(text)) return text
    return this.reject(`"${name}" must be one of [${allowed.join(', ')}]`)
  }

  listOf(name: string, allowed: readonly string[]): readonly string[] | undefined {
    const list = this.list(name)
    const unknown = list?.find((item) => !allowed.includes(item))
    if (unknown === undefined) return list
    return this.reject(`"${name}" must be one of [${allowed.join(', ')}], not ${unknown}`)
  }

  ids(name: string): ReadonlySet<number> | undefined {
    const list = this.list(name)
    if (list === undefined) return undefined
    if (list.length > MAX_IDS) this.reject(`"${name}" must not contain more than ${MAX_IDS} ids`)
    if (!list.every((id) => /^\d{1,15}$/.test(id))) this.reject(`"${name}" must be a list of integers`)
    return new Set(list.map(Number))
  }

  customFieldKeys(): readonly string[] | undefined {
    const keys = this.list('custom_fields')
    if (keys !== undefined && keys.length > MAX_CUSTOM_FIELDS) {
      this.reject(`"custom_fields" must not contain more than ${MAX_CUSTOM_FIELDS} keys`)
    }
    return keys
  }

  limit(route: StreamRoute, switches: Switches): number {
    const max = route.maxLimit ?? MAX_LIMIT
    const limit = this.integer('limit') ?? Math.min(DEFAULT_LIMIT, max)
    if (limit < 1) this.reject('"limit" must be greater than or equal to 1')
    if (limit > max && switches.limitAboveMax === 'reject') {
      this.reject(`"limit" must be less than or equal to ${max}`)
    }
    return Math.min(limit, max, switches.pageCap)
  }
}
