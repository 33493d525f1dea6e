/** One record as the API returns it. Rows are never changed in place: an edit replaces the row. */
export type Row = Readonly<Record<string, unknown>>

/** Projects say it by their archive_time alone. */
export function isArchived({ is_archived, archive_time }: Row): boolean {
  return (is_archived ?? typeof archive_time === 'string') === true
}

/** A row to seed a sandbox with; `stream` is the name of a file in streams/. */
export interface SeedRecord {
  readonly stream: string
  readonly data: Row
}
