import type { Time } from '../../common/time.js'
import type { List } from './list.js'
import type { ListQuery } from './list-query.js'
import { secondOf } from './pagers/pager.js'
import { failureKind } from '../http/api-error.js'
import type { Row } from './row.js'

interface Pages {
  next(): Promise<{ rows: Row[]; textLength: number } | undefined>
}

export interface SecondRead {
  rows: Row[]
  /** Characters of the responses that it took. */
  textLength: number
}

/** All rows of one second that a query covers, by id: in that order no two rows are equal. */
export async function readSecond(
  second: Time,
  query: ListQuery,
  list: Pick<List, 'filtersUntil'>,
  timeOf: (row: Row) => Time | null,
  walk: (query: ListQuery) => Pages,
): Promise<SecondRead> {
  const fromSecond: ListQuery = { ...query, since: second, order: 'by-id', mayBeEmpty: true }
  const within = { ...fromSecond, until: Math.min(second + 1000, query.until ?? Infinity) }
  const isOfSecond = (row: Row) => {
    const time = timeOf(row)
    return time !== null && secondOf(time) === second
  }
  if (list.filtersUntil === false) return collect(walk(fromSecond), isOfSecond)
  try {
    return await collect(walk(within), isOfSecond)
  } catch (error) {
    const refused = list.filtersUntil === undefined && failureKind(error) === 'bad_request'
    if (!refused) throw error
    return collect(walk(fromSecond), isOfSecond)
  }
}

async function collect(pages: Pages, isWanted: (row: Row) => boolean): Promise<SecondRead> {
  const read: SecondRead = { rows: [], textLength: 0 }
  for (let page = await pages.next(); page; page = await pages.next()) {
    read.rows.push(...page.rows.filter(isWanted))
    read.textLength += page.textLength
  }
  return read
}
