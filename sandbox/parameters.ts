import { type Answer, badRequest, invalidParameter, Refusal } from './answer.js'
import type { ListRoute, ParameterKind } from './routes.js'
import type { Switches } from './switches.js'
import { parseTimeParameter } from './times.js'

const DEFAULT_LIMIT = 100
const MAX_LIMIT = 500
// "A comma separated list of up to 100 entity ids", for ids and deal_ids alike.
const MAX_IDS = 100
// "A comma separated list of up to 15 custom field keys"
const MAX_CUSTOM_FIELDS = 15

/** The query of one request, read as the API reads it; whatever is malformed is refused with a 400. */
export class Parameters {
  readonly #query: URLSearchParams
  readonly #refusal: (error: string) => Answer
  readonly #version: 'v1' | 'v2'

  constructor(version: 'v1' | 'v2', query: URLSearchParams) {
    this.#query = query
    this.#version = version
    this.#refusal = version === 'v2' ? invalidParameter : badRequest
  }

  refuse(error: string): never {
    throw new Refusal(this.#refusal(error))
  }

  /** v2 knows its parameters, each once; v1 ignores what it does not know. */
  checkNames(allowed: readonly string[]): void {
    if (this.#version === 'v1') return
    for (const name of this.#query.keys()) {
      if (!allowed.includes(name)) this.refuse(`"${name}" is not allowed`)
      if (this.#query.getAll(name).length > 1) this.refuse(`"${name}" is given more than once`)
    }
  }

  text(name: string): string | undefined {
    return this.#query.get(name) ?? undefined
  }

  integer(name: string): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    return /^-?\d{1,15}$/.test(text) ? Number(text) : this.refuse(`"${name}" must be an integer`)
  }

  boolean(name: string): boolean | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    if (text === 'true' || (text === '1' && this.#version === 'v1')) return true
    if (text === 'false' || (text === '0' && this.#version === 'v1')) return false
    return this.refuse(`"${name}" must be a boolean`)
  }

  value(kind: ParameterKind, name: string): string | number | boolean | undefined {
    if (kind === 'text') return this.text(name)
    return kind === 'integer' ? this.integer(name) : this.boolean(name)
  }

  time(name: string): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    return parseTimeParameter(text) ?? this.refuse(`"${name}" is not a valid datetime`)
  }

  list(name: string): readonly string[] | undefined {
    return this.text(name)?.split(',')
  }

  oneOf(name: string, allowed: readonly string[]): string | undefined {
    const text = this.text(name)
    if (text === undefined || allowed.includes(text)) return text
    return this.refuse(`"${name}" must be one of [${allowed.join(', ')}]`)
  }

  listOf(name: string, allowed: readonly string[]): readonly string[] | undefined {
    const list = this.list(name)
    const stranger = list?.find((item) => !allowed.includes(item))
    if (stranger === undefined) return list
    return this.refuse(`"${name}" must be one of [${allowed.join(', ')}], not ${stranger}`)
  }

  ids(name: string): ReadonlySet<number> | undefined {
    const list = this.list(name)
    if (list === undefined) return undefined
    if (list.length > MAX_IDS) this.refuse(`"${name}" must not contain more than ${MAX_IDS} ids`)
    if (!list.every((id) => /^\d{1,15}$/.test(id))) this.refuse(`"${name}" must be a list of integers`)
    return new Set(list.map(Number))
  }

  customFieldKeys(): readonly string[] | undefined {
    const keys = this.list('custom_fields')
    if (keys !== undefined && keys.length > MAX_CUSTOM_FIELDS) {
      this.refuse(`"custom_fields" must not contain more than ${MAX_CUSTOM_FIELDS} keys`)
    }
    return keys
  }

  limit(route: ListRoute, switches: Switches): number {
    const max = route.maxLimit ?? MAX_LIMIT
    const limit = this.integer('limit') ?? Math.min(DEFAULT_LIMIT, max)
    if (limit < 1) this.refuse('"limit" must be greater than or equal to 1')
    if (limit > max && switches.limitAboveMax === 'reject') {
      this.refuse(`"limit" must be less than or equal to ${max}`)
    }
    return Math.min(limit, max, switches.pageCap)
  }
}
