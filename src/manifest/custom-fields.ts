/** Entities that people add fields to. Archived rows and leads have the fields of deals. */
export type CustomFieldEntity = 'deal' | 'person' | 'organization' | 'product' | 'project'

/** The same list in a newer version of the API: what differs there, and how its rows become those of this list. */
export interface Successor {
  readonly api: 'v1' | 'v2'
  readonly paging: 'cursor' | 'offset' | 'none'
  readonly primaryKey: readonly string[]
  readonly cost: number
  readonly asBefore: (row: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>[]
}
