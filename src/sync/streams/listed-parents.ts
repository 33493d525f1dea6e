import type { StreamSpec } from '../../manifest/stream.js'
import type { RequestFn } from '../../pipedrive/http/request.js'
import type { ListFacts } from '../../pipedrive/lists/list-facts.js'
import { PageReader } from '../../pipedrive/lists/reader.js'
import { listOf } from '../records/list-of.js'

/** Ids on the first page of the first list of parents that is not empty. Throws what the request throws. */
export async function listedParents(
  lists: readonly StreamSpec[],
  request: RequestFn,
  facts: { of(list: string): ListFacts },
  label: string,
): Promise<readonly string[]> {
  for (const list of lists) {
    const reader = new PageReader(request, listOf(list), facts.of(list.name))
    for await (const { rows } of reader.pages({ order: 'by-id', mayBeEmpty: true, label })) {
      if (rows.length > 0) return rows.map(({ data }) => String(data.id))
    }
  }
  return []
}
