import { isObject } from '../../common/is-object.js'
import type { Row } from '../../pipedrive/lists/row.js'
import { namesIn, type KnownNames } from '../state/known-names.js'

/** Watches the rows that a stream emits for names of settings that are not known. */
export class References {
  private readonly watched: readonly { readonly path: readonly string[]; readonly names: KnownNames }[]

  /**
   * `refersTo`: as in the manifest. `known`: of the lists of settings that the run may leave out; others are not
   * watched.
   */
  constructor(refersTo: Readonly<Record<string, string>>, known: ReadonlyMap<string, KnownNames>) {
    this.watched = Object.entries(refersTo).flatMap(([field, list]) => {
      const names = known.get(list)
      return names ? [{ path: field.split('.'), names }] : []
    })
  }

  check(rows: readonly Row[]): void {
    for (const { path, names } of this.watched) {
      for (const { data } of rows) for (const name of namesIn(valueAt(data, path))) names.notice(name)
    }
  }
}

function valueAt(data: unknown, path: readonly string[]): unknown {
  return path.reduce((value, member) => (isObject(value) ? value[member] : undefined), data)
}
