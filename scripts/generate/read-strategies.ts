import { isPerParent, type ReadStrategy, type StreamSpec } from '../../src/manifest/stream.js'

export interface Strategy {
  readonly name: string
  readonly meaning: string
}

/** How each read strategy is named and described to users. */
export const STRATEGIES: Readonly<Record<ReadStrategy['kind'], Strategy>> = {
  'by-update-time': {
    name: 'by update time',
    meaning:
      'Pipedrive filters by update time. Rows without an update time are looked for at both ends of the list, in the ' +
      'first sync and once a day, with two requests each time.',
  },
  'newest-first': {
    name: 'newest first',
    meaning:
      'Pipedrive sorts by update time but cannot filter. The list is read until the rows of the last sync are reached. ' +
      'Rows without an update time are handled as above.',
  },
  'full-scan': {
    name: 'full scan',
    meaning:
      'Pipedrive neither filters nor sorts by update time. The list, which is short, is read in full; rows are emitted ' +
      'when their content differs from what was emitted before. Start dates do not apply. A list that comes newest ' +
      'first anyway is read until the rows that are known, and in full once a day.',
  },
  nested: {
    name: 'nested',
    meaning:
      'The rows stand inside the rows of other streams, whose lists are read for both. A list that the account does not ' +
      'have is left out.',
  },
  differences: {
    name: 'differences',
    meaning:
      'The lists of other streams, read for both, are compared with what they contained in the last sync. The first sync ' +
      'emits a row for everything that they contain.',
  },
  disappearances: {
    name: 'disappearances',
    meaning:
      'Records of other streams that are selected, and that Pipedrive has no more: see [deletes.md](deletes.md).',
  },
  children: {
    name: 'by parent',
    meaning:
      'The children of each changed parent are read, for up to 100 parents per request. A parent changes when its update ' +
      'time moves, or, where its list is read in full, its content.',
  },
}

/** Streams that need a request for each changed parent. */
export const PER_PARENT: Strategy = {
  name: 'per parent',
  meaning:
    'The same, with a request for each changed parent: the first sync costs one for every parent. Lists that come newest ' +
    'first are read until the rows that are known. These streams share a part of the daily budget ' +
    '(`per_parent_daily_share`), newest parents first; older ones follow over days. Select them with care.',
}

export function strategyOf(stream: Pick<StreamSpec, 'strategy'>): Strategy {
  return isPerParent(stream) ? PER_PARENT : STRATEGIES[stream.strategy.kind]
}
