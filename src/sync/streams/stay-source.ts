import { timeOrNull } from '../../common/time.js'
import type { StaysTraits } from '../../manifest/stays.js'
import type { PathReader } from '../../pipedrive/lists/path-reader.js'
import { rowBuilder, type RawRow, type Row } from '../../pipedrive/lists/row.js'
import type { ChildrenOf } from './children.js'
import { isUnmoved, staysOf } from './stays.js'

interface RowTraits {
  readonly name: string
  readonly primaryKey: readonly string[]
  readonly parentField: string
}

/**
 * The stays of parents. Only those of parents whose field has moved cost a request; of these, all changes are read, as
 * the number of a stay depends on all before it. Stays that ended before the known ones are left out.
 */
export async function* readStays(
  parents: readonly ChildrenOf[],
  reader: Pick<PathReader, 'children'>,
  derive: StaysTraits,
  { name, primaryKey, parentField }: RowTraits,
): AsyncGenerator<{ readonly rows: readonly Row[] } | { readonly missing: string }> {
  const toRow = rowBuilder({ name, primaryKey, timeFields: [] })
  const rowsOf = ({ value, row = {}, knownUntil = -Infinity }: ChildrenOf, log: readonly RawRow[]) =>
    staysOf(row, log, derive)
      .filter(({ left_time: left }) => (timeOrNull(left) ?? Infinity) >= knownUntil)
      .map((stay) => toRow({ [parentField]: value, ...stay }))
  const unmoved = parents.filter(({ row = {} }) => isUnmoved(row, derive))
  yield { rows: unmoved.flatMap((parent) => rowsOf(parent, [])) }
  const moved = new Map(parents.map((parent) => [parent.id, parent]))
  for (const { id } of unmoved) moved.delete(id)
  for await (const part of reader.children([...moved.values()].map(({ id, value }) => ({ id, value })))) {
    if ('missing' in part) {
      yield part
      continue
    }
    const parent = moved.get(part.id)
    const log = part.rows.map(({ data }) => data)
    if (parent) yield { rows: rowsOf(parent, log) }
  }
}
