import type { StreamSpec } from '../../../manifest/stream.js'
import { failureKind } from '../../../pipedrive/http/api-error.js'
import type { RequestFn } from '../../../pipedrive/http/request.js'
import { ListFacts } from '../../../pipedrive/lists/list-facts.js'
import { PageReader } from '../../../pipedrive/lists/reader.js'
import type { RawRow } from '../../../pipedrive/lists/row.js'
import { listOf } from '../list-of.js'
import { definitionsOfV1, definitionsOfV2, type FieldDefinition } from './definitions.js'

/** Pipedrive has removed the list. */
const REMOVED: ReadonlySet<string | undefined> = new Set(['not_found', 'gone'])

/** Failures that will not pass by themselves: the token may not see the definitions, or there are none. */
const LASTING: ReadonlySet<string | undefined> = new Set([
  ...REMOVED,
  'scope_missing',
  'forbidden',
  'payment_required',
  'unsupported',
])

/**
 * The definitions that a Fields stream lists; from the list's successor if it has been removed. Undefined where they
 * cannot be read however often one tries; throws what any other request throws.
 */
export async function readDefinitions(
  stream: StreamSpec,
  request: RequestFn,
): Promise<FieldDefinition[] | undefined> {
  try {
    return await readEither(stream, request)
  } catch (error) {
    if (LASTING.has(failureKind(error))) return undefined
    throw error
  }
}

async function readEither(stream: StreamSpec, request: RequestFn): Promise<FieldDefinition[]> {
  try {
    return definitionsOfV1(await readRows(stream, request))
  } catch (error) {
    if (!stream.successor || !REMOVED.has(failureKind(error))) throw error
    return definitionsOfV2(await readRows({ ...stream, ...stream.successor }, request))
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
