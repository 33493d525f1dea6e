import { isObject } from '../../common/is-object.js'
import type { NestedStrategy } from '../../manifest/nested-strategy.js'
import { rowBuilder, type Row } from '../../pipedrive/lists/row.js'

export interface NestedTraits {
  /** The name of the stream of the members. */
  readonly name: string
  readonly primaryKey: readonly string[]
  readonly strategy: NestedStrategy
  /** The stream of the rows around them. */
  readonly list: string
}

/** The members of lists inside rows, as rows of their own. Throws InvalidRow for a row around them without a key. */
export function nestedRows(rows: readonly Row[], { name, primaryKey, strategy, list }: NestedTraits): Row[] {
  const { of, origin, outer, lists } = strategy
  const toRow = rowBuilder({ name, primaryKey, timeFields: [] })
  return rows.flatMap(({ data }) => {
    const key = outer.from.map((field) => data[field]).find((value) => value !== undefined && value !== null)
    return Object.entries(lists).flatMap(([field, added]) =>
      membersOf(data[field]).map((member) =>
        toRow({ ...member, id: idOf(member), [outer.field]: key, [origin]: of[list], ...added }),
      ),
    )
  })
}

function membersOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

/** Members are identified by integers, or by text on some built-in fields: always text here. */
function idOf({ id, label }: Record<string, unknown>): string {
  const known = id ?? label
  return typeof known === 'string' ? known : JSON.stringify(known ?? null)
}
