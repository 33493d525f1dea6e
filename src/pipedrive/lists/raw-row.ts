/** A row as the API returns it. */
export type RawRow = Readonly<Record<string, unknown>>
