import { isObject } from '../../common/is-object.js'
import { failureKind } from '../http/api-error.js'
import type { RequestFn } from '../http/request.js'
import type { List } from './list.js'
import { rowBuilder, type Row } from './row.js'

/** Where the list's rows are, one by one: `{id}` stands for the key. */
export interface SingleRowPath {
  readonly path: string
  /** Tokens of the daily budget per request. */
  readonly cost: number
}

/**
 * A row by its key; `absent` if Pipedrive does not find it, undefined if it may not be seen. Throws what
 * the request throws otherwise.
 */
export async function readSingleRow(
  request: RequestFn,
  list: List,
  { path, cost }: SingleRowPath,
  key: string,
  priority: number,
): Promise<Row | 'absent' | undefined> {
  try {
    const { body } = await request({
      api: list.api,
      path: path.replace('{id}', encodeURIComponent(key)),
      params: {},
      cost,
      label: list.name,
      priority,
    })
    return isObject(body.data) ? rowBuilder(list)(body.data) : undefined
  } catch (error) {
    const kind = failureKind(error)
    if (kind === 'not_found' || kind === 'gone') return 'absent'
    if (kind === 'forbidden') return undefined
    throw error
  }
}
