import type { StreamSpec } from '../../../manifest/stream.js'
import { failureKind, isLacking } from '../../../pipedrive/http/api-error.js'
import type { RequestFn } from '../../../pipedrive/http/request.js'
import { ListFacts } from '../../../pipedrive/lists/list-facts.js'
import { PageReader } from '../../../pipedrive/lists/reader.js'
import type { RawRow } from '../../../pipedrive/lists/row.js'
import { listOf } from '../list-of.js'
import { definitionsOfV1, definitionsOfV2, type FieldDefinition } from './definitions.js'

/** Failures that will not pass by themselves: the token may not see the definitions, or there are none. */
const LASTING: ReadonlySet<string | undefined> = new Set([
  'not_found',
  'gone',
  'scope_missing',
  'forbidden',
  'payment_required',
  'unsupported',
])

/**
 * The definitions that a Fields stream lists: none where the account lacks the feature that they belong to. Undefined
 * where they cannot be read however often one tries; throws what any other request throws.
 */
export async function readDefinitions(
  stream: StreamSpec,
  request: RequestFn,
): Promise<FieldDefinition[] | undefined> {
  try {
    const rows = await readRows(stream, request)
    return stream.api === 'v1' ? definitionsOfV1(rows) : definitionsOfV2(rows)
  } catch (error) {
    if (isLacking(error, stream.feature?.lacking ?? [])) return []
    if (LASTING.has(failureKind(error))) return undefined
    throw error
  }
}

/** Every account has built-in fields: an empty list is a mistake. */
async function readRows(stream: StreamSpec, request: RequestFn): Promise<RawRow[]> {
  const reader = new PageReader(request, listOf(stream), new ListFacts())
  const rows: RawRow[] = []
  for await (const page of reader.pages({ mayBeEmpty: false, label: 'custom fields' })) {
    for (const { data } of page.rows) rows.push(data)
  }
  return rows
}
