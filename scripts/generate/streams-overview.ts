import { isCompared } from '../../src/manifest/compared.js'
import { listedIn } from '../../src/manifest/listed-in.js'
import { changesAreCompared, type StreamSpec } from '../../src/manifest/stream.js'
import { code, table } from './markdown.js'
import { strategyOf } from './read-strategies.js'

const AND = new Intl.ListFormat('en')

const OVERVIEW = [
  'stream',
  'list',
  'primary key',
  'cursor',
  'read strategy',
  'rows per request',
  'tokens per request',
  'tokens of a first sync',
  'cost of a sync without changes',
  'cost of comparing all of it',
]

/** The table with one row for each stream. */
export function overview(streams: readonly StreamSpec[]): string[] {
  const rows = streams.map((stream) => {
    const { name, api, primaryKey, cursorField, paging, pageSize, cost } = stream
    return [
      name,
      hasPath(stream)
        ? pathsOf(stream)
            .map((path) => code(`${api} ${path}`))
            .join(' ')
        : 'those of other streams',
      primaryKey.map(code).join(' '),
      cursorField ? code(cursorField) : 'full refresh only',
      strategyOf(stream).name,
      paging === 'none' ? 'all' : String(pageSize),
      String(cost),
      firstSync(stream),
      [costWithoutChanges(stream), ...costOfArchives(stream, streams)].join('; '),
      costOfComparison(stream),
    ]
  })
  return table(OVERVIEW, rows)
}

/** What the daily verification of the stream costs: see docs/deletes.md. */
function costOfComparison(stream: StreamSpec): string {
  const { strategy, cost, paging, pageSize, isPersonal = false } = stream
  if (!isCompared(stream) || isPersonal) return 'not compared'
  const per = (rows: number) => count((1000 * cost) / rows)
  if (strategy.kind === 'children' && strategy.read.kind === 'batch')
    return `${per(strategy.read.size)} per 1,000 parents that have any`
  return changesAreCompared(stream) || paging === 'none'
    ? 'nothing: it is read whole'
    : `${per(pageSize)} per 1,000 rows`
}

function pathsOf({ path, parts = [{}] }: StreamSpec): string[] {
  return [...new Set(parts.map((part) => part.path ?? path))]
}

/** What a first sync costs for every thousand rows, or parents. */
function firstSync({ strategy, cost, paging, pageSize, parts = [{}] }: StreamSpec): string {
  const per = (rows: number) => count((1000 * cost) / rows)
  if (strategy.kind === 'nested') return 'none'
  if (strategy.kind === 'children')
    return `${per(strategy.read.kind === 'batch' ? strategy.read.size : 1)} per 1,000 parents`
  return paging === 'none' ? String(cost * parts.length) : `${per(pageSize)} per 1,000 rows`
}

const count = (tokens: number): string => tokens.toLocaleString('en')

function hasPath({ path }: StreamSpec): boolean {
  return path !== ''
}

function costWithoutChanges(stream: StreamSpec): string {
  const { strategy, cost, paging, parts = [{}] } = stream
  const others = listedIn(stream)
  if (!hasPath(stream) && others.length === 0) return 'nothing'
  if (others.length > 0) return `nothing beyond ${AND.format(others)}`
  const isReadWhole = strategy.kind === 'full-scan' && !strategy.newestFirst
  if (isReadWhole && paging !== 'none') return `all pages of the list, ${cost} tokens each`
  const { length } = parts
  return `${length} ${length === 1 ? 'request' : 'requests'}, ${length * cost} tokens`
}

/** What a stream costs more because some of its rows may have been archived. */
function costOfArchives({ name }: StreamSpec, streams: readonly StreamSpec[]): string[] {
  const included = streams.filter(({ archiveOf }) => archiveOf?.stream === name && archiveOf.includeWithLive)
  return included.map(
    (archive) => `plus the same for ${archive.name} (${archive.cost} tokens), selected or not`,
  )
}
