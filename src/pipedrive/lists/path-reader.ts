import type { Time } from '../../common/time.js'
import type { RequestFn } from '../http/request.js'
import { childRows, type Ordinal } from './child-rows.js'
import type { List } from './list.js'
import type { ListFacts } from './list-facts.js'
import { ListWalk } from './list-walk.js'
import { isMissingParent, MissingParents, type ListedParents } from './missing-parents.js'
import { PageRequests } from './page-requests.js'
import { rowBuilder, type RawRow, type Row } from './row.js'

/** A parent whose children are read. */
export interface ParentRef {
  readonly id: string
  /** The id as its list returned it: what children get in their parent's field. */
  readonly value: unknown
  /** Children before this time are known; absent: none is. */
  readonly knownUntil?: Time | undefined
}

export interface PathOptions {
  /** The parameter that takes the parent's id; absent: `{id}` in the list's path stands for it. */
  readonly param?: string
  /** The field of a child that holds its parent's id. */
  readonly parentField: string
  /** The time field by which the list comes newest first: what lies before the children that are known is not read. */
  readonly newestFirst?: string
  readonly ordinal?: Ordinal
  readonly listedParents?: ListedParents
  /** 0 to 9; default 0, the first. */
  readonly priority?: number
}

/** The children of one parent, or the id of a parent that is missing. */
export type PathPart = { readonly id: string; readonly rows: readonly Row[] } | { readonly missing: string }

/** Reads the children of single parents, several at once. */
export class PathReader {
  private readonly missing: MissingParents

  constructor(
    private readonly request: RequestFn,
    private readonly list: List,
    private readonly facts: ListFacts,
    private readonly options: PathOptions,
  ) {
    this.missing = new MissingParents(options.listedParents)
  }

  /** In the order of the parents. Throws PagingError, and what the request throws. */
  async *children(parents: readonly ParentRef[]): AsyncGenerator<PathPart, void, undefined> {
    const reading = parents.map((parent) => this.part(parent))
    // Those that follow a failure fail as well, unheard.
    for (const part of reading) part.catch(() => undefined)
    for (const part of reading) yield await part
    await this.missing.assertAnswers((id) => this.walk(id).next())
  }

  private async part(parent: ParentRef): Promise<PathPart> {
    try {
      const rows = await this.rowsOf(parent)
      this.missing.recordAnswer()
      return { id: parent.id, rows: childRows(rows, parent.value, { ...this.list, ...this.options }) }
    } catch (error) {
      if (!isMissingParent(error)) throw error
      await this.missing.recordMissing(parent.id, error, (id) => this.walk(id).next())
      return { missing: parent.id }
    }
  }

  /** Oldest first. Their numbers and what lies before the known ones depend on all of them: they are held together. */
  private async rowsOf({ id, knownUntil = -Infinity }: ParentRef): Promise<RawRow[]> {
    const walk = this.walk(id)
    const rows: Row[] = []
    const { newestFirst } = this.options
    let inOrder = newestFirst !== undefined
    for (let page = await walk.next(); page; page = await walk.next()) {
      inOrder &&= isNewestFirst(rows.at(-1), page.rows)
      rows.push(...page.rows)
      if (inOrder && page.rows.some(({ time }) => isBefore(time, knownUntil))) break
    }
    const unknown = rows.filter(({ time }) => !isBefore(time, knownUntil))
    return (newestFirst === undefined ? unknown : oldestFirst(unknown)).map(({ data }) => data)
  }

  private walk(id: string): ListWalk {
    const { param, newestFirst, ordinal, parentField, priority } = this.options
    const list: List = {
      ...this.list,
      path: this.list.path.replace('{id}', encodeURIComponent(id)),
      params: { ...this.list.params, ...(param !== undefined && { [param]: id }) },
      // What a child has of its own; without it, its content.
      primaryKey: ordinal ? [] : this.list.primaryKey.filter((field) => field !== parentField),
      timeFields: newestFirst === undefined ? [] : [newestFirst],
    }
    const query = { mayBeEmpty: true, emptyIsUsual: true, ...(priority !== undefined && { priority }) }
    const requests = new PageRequests(this.request, list, this.facts, rowBuilder(list))
    return new ListWalk(requests, list, this.facts, query)
  }
}

/** Rows of one second keep the order of the list, whichever way it runs. */
function oldestFirst(rows: readonly Row[]): Row[] {
  const timeOf = (row: Row | undefined) => row?.time ?? -Infinity
  const isAscending = timeOf(rows[0]) < timeOf(rows.at(-1))
  return (isAscending ? [...rows] : rows.toReversed()).sort((a, b) => timeOf(a) - timeOf(b) || 0)
}

function isBefore(time: Time | null, knownUntil: Time): boolean {
  return time !== null && time < knownUntil
}

function isNewestFirst(before: Row | undefined, rows: readonly Row[]): boolean {
  return [before, ...rows].every((row, at, all) => {
    const last = all[at - 1]?.time ?? Infinity
    return row?.time === undefined || row.time === null || row.time <= last
  })
}
