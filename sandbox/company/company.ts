import type { CustomField, ValueSources } from './custom-fields.js'
import { customFieldTypes, drawCustomFields } from './custom-fields.js'
import { Random } from './random.js'
import { Timeline } from './timeline.js'
import { type WordPools, wordPools } from './word-pools.js'
import { DAY } from '../times.js'

export interface CompanySizes {
  readonly deals: number
  readonly persons: number
  readonly organizations: number
  readonly activities: number
  readonly notes: number
  readonly leads: number
  readonly lineItems: number
  readonly products: number
  readonly files: number
  readonly users: number
  readonly pipelines: number
  readonly filters: number
}

/** Rows that other streams refer to, by number of deals: 12,000 deals make a company of about 40,000 rows. */
export function companySizes(deals: number): CompanySizes {
  const between = (min: number, share: number, max: number) =>
    Math.min(max, Math.max(min, Math.round(deals * share)))
  return {
    deals,
    persons: between(5, 7 / 12, Infinity),
    organizations: between(3, 1 / 4, Infinity),
    activities: between(5, 3 / 4, Infinity),
    notes: between(5, 1 / 4, Infinity),
    leads: between(6, 1 / 10, Infinity),
    lineItems: between(4, 7 / 24, Infinity),
    products: between(8, 1 / 60, 200),
    files: between(5, 1 / 15, Infinity),
    users: between(3, 1 / 800, 15),
    pipelines: deals >= 1000 ? 3 : 2,
    filters: between(5, 1 / 400, 30),
  }
}

/** What the generators of all streams share. They draw from one sequence, in the order of generation. */
export interface Company {
  readonly sizes: CompanySizes
  readonly random: Random
  readonly words: WordPools
  readonly timeline: Timeline
  readonly userIds: readonly number[]
  readonly nullTimes: number
  /** When the account was opened, in ms since the epoch. */
  readonly openedAt: number
  readonly values: ValueSources
  readonly customFields: {
    readonly deals: readonly CustomField[]
    readonly persons: readonly CustomField[]
    readonly organizations: readonly CustomField[]
    readonly products: readonly CustomField[]
  }
}

export interface CompanyOptions {
  readonly seed: number
  readonly deals: number
  readonly epoch: number
  readonly nullTimes: number
}

const FIRST_USER_ID = 11_000_001

export function openCompany({ seed, deals, epoch, nullTimes }: CompanyOptions): Company {
  const random = new Random(seed)
  const sizes = companySizes(deals)
  const words = wordPools(seed)
  const timeline = new Timeline(random, epoch)
  const userIds = Array.from({ length: sizes.users }, (_, index) => FIRST_USER_ID + index * 37)
  const { organizations, persons } = sizes
  return {
    sizes,
    random,
    words,
    timeline,
    userIds,
    nullTimes,
    openedAt: timeline.end - 5 * 365 * DAY,
    values: { random, words, timeline, userIds, organizations, persons },
    customFields: {
      deals: drawCustomFields(random, customFieldTypes, 1000),
      persons: drawCustomFields(random, ['varchar', 'enum', 'set', 'date', 'double', 'phone'], 3000),
      organizations: drawCustomFields(random, ['monetary', 'enum', 'address', 'daterange', 'user'], 4000),
      products: drawCustomFields(random, ['varchar', 'set', 'double'], 5000),
    },
  }
}

/** The same company with a sequence of its own, so that what a stream draws does not change other streams. */
export function ownDraws(company: Company, stream: string): Company {
  const random = company.random.fork(stream)
  const timeline = company.timeline.drawnBy(random)
  return { ...company, random, timeline, values: { ...company.values, random, timeline } }
}
