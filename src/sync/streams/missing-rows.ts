import { log, type LogMessage } from '../../airbyte/messages.js'
import { count } from '../../common/wording.js'

/** When keys that are missing in a list are not believed to be deleted at once. */
const POLICY = {
  /** More than so many rows, and more than this share of all, vanish at once by a mistake rather than by hand. */
  manyRows: 50,
  manyShare: 0.1,
} satisfies Record<string, number>

/** What the token's owner sees: all rows, as far as is known; the same, but for the first time; or some rows. */
export type Sight = 'all' | 'all, newly' | 'some'

/** Who looks at the lists. */
export interface Onlooker {
  readonly viewer: string
  /** Whether the viewer sees all rows of the company: an admin. */
  readonly seesAll: boolean
}

/** `seenBy`: who saw all rows last. */
export function sightOf({ viewer, seesAll }: Onlooker, seenBy: string | undefined): Sight {
  if (!seesAll) return 'some'
  return viewer === seenBy ? 'all' : 'all, newly'
}

export interface MissingRows {
  /** Keys that the warehouse has, and that the list did not have in a complete walk. */
  readonly missing: readonly string[]
  /** Keys that were missing in the walk before. */
  readonly wasMissing: (key: string) => boolean
  /** How many keys the warehouse has. */
  readonly known: number
  readonly sight: Sight
  /** Whether no response stated the end of the walk. */
  readonly isDoubtful: boolean
}

export interface Verdict {
  /** Rows to ask for: they are deleted unless they are found elsewhere. */
  readonly toConfirm: readonly string[]
  /** Why the others are not. */
  readonly doubt: 'none' | 'sees some' | 'sees all, newly' | 'too many'
}

/**
 * Which missing keys may be deleted rows. Rows that the owner of the token may not see are missing as well; so are all
 * rows of a list that Pipedrive leaves out by mistake.
 */
export function judgeMissing(rows: MissingRows): Verdict {
  const { missing, wasMissing, known, sight, isDoubtful } = rows
  if (missing.length === 0) return { toConfirm: [], doubt: 'none' }
  if (sight === 'some') return { toConfirm: [], doubt: 'sees some' }
  if (sight === 'all, newly') return { toConfirm: [], doubt: 'sees all, newly' }
  const first = missing.filter((key) => !wasMissing(key))
  const areMany = first.length > POLICY.manyRows && first.length > known * POLICY.manyShare
  if (!areMany && !isDoubtful) return { toConfirm: missing, doubt: 'none' }
  return { toConfirm: missing.filter(wasMissing), doubt: areMany ? 'too many' : 'none' }
}

/** Why rows that are missing are not taken for deleted. */
export function* explainDoubt(stream: string, { doubt }: Verdict, missing: number): Generator<LogMessage> {
  if (doubt === 'none') return
  const records = `${stream}: ${count(missing, 'record')} that had been read are missing in Pipedrive`
  yield log(doubt === 'too many' ? 'WARN' : 'INFO', `${records}. ${EXPLANATIONS[doubt]}`)
}

const EXPLANATIONS = {
  'sees some':
    'The owner of the token is not an admin: they may be hidden as well as deleted, so none is reported as deleted.',
  'sees all, newly':
    'The owner of the token or its permissions have changed since they were read. What is still missing in the next ' +
    'complete comparison counts as deleted.',
  'too many':
    'So many at once may be a mistake of Pipedrive, or of permissions. They count as deleted if the next complete ' +
    'comparison finds the same.',
} satisfies Record<Exclude<Verdict['doubt'], 'none'>, string>
