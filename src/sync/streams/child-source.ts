import type { ChildStrategy } from '../../manifest/child-strategy.js'
import type { StreamSpec } from '../../manifest/stream.js'
import type { RequestFn } from '../../pipedrive/http/request.js'
import { BatchReader } from '../../pipedrive/lists/batch-reader.js'
import type { ListFacts } from '../../pipedrive/lists/list-facts.js'
import { PathReader } from '../../pipedrive/lists/path-reader.js'
import { listOf } from '../records/list-of.js'
import type { ChildSource } from './children.js'
import { listedParents } from './listed-parents.js'
import type { ParentLanes } from './parent-lanes.js'
import { readStays } from './stay-source.js'
import { LAST_PRIORITY } from './verification-terms.js'

/** Lists go before single parents: they are what many streams wait for. */
const PATH_PRIORITY = 5

export interface ChildSourceOptions {
  readonly stream: StreamSpec
  /** The lists of parents. */
  readonly lists: readonly StreamSpec[]
  readonly facts: { of(list: string): ListFacts }
  readonly request: RequestFn
  /** Of streams that read single parents. */
  readonly lanes: ParentLanes
  /** Whether everything else is requested before. */
  readonly isLast?: boolean
}

/** Reads children as the stream's manifest entry says. */
export function childSource(strategy: ChildStrategy, options: ChildSourceOptions): ChildSource {
  const { stream, lists, facts, request, lanes, isLast = false } = options
  const { read, parentKey: parentField } = strategy
  const listed = () => listedParents(lists, request, facts, stream.name)
  const shared = { parentField, listedParents: listed }
  const [list, own] = [listOf(stream), facts.of(stream.name)]
  if (read.kind === 'batch') {
    const priority = isLast ? { priority: LAST_PRIORITY } : {}
    const reader = new BatchReader(request, list, own, { ...shared, ...priority, param: read.param })
    return {
      most: read.size,
      least: read.size,
      children: (parents) => reader.children(parents.map(({ id }) => id)),
    }
  }
  const paths = { ...shared, ...read, priority: PATH_PRIORITY }
  const { derive } = strategy
  if (derive) {
    // Changes that are not emitted need no key.
    const reader = new PathReader(request, { ...list, primaryKey: [] }, own, paths)
    const traits = { name: stream.name, primaryKey: stream.primaryKey, parentField }
    return singleParents(lanes, (parents) => readStays(parents, reader, derive, traits))
  }
  const reader = new PathReader(request, list, own, paths)
  return singleParents(lanes, (parents) => reader.children(parents))
}

function singleParents(lanes: ParentLanes, read: ChildSource['children']): ChildSource {
  return {
    get most() {
      return lanes.forBatch
    },
    least: 1,
    children: (parents) => lanes.inBatch(read(parents)),
  }
}
