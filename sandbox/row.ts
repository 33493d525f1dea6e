/** One record as the API returns it. Rows are never changed in place: an edit replaces the row. */
export type Row = Readonly<Record<string, unknown>>

/** A row to seed a sandbox with; `stream` is the name of a file in streams/. */
export interface SeedRecord {
  readonly stream: string
  readonly data: Row
}
