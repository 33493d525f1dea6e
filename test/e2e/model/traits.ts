import type { Switches } from '../../../sandbox/sandbox.js'
import type { Draw } from '../../support/random.js'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** Streams that the model reads; a lead's two streams are selected together. */
export const STREAMS = [
  'deals',
  'deals_archived',
  'deal_products',
  'persons',
  'activities',
  'products',
  'leads',
  'leads_archived',
  'notes',
  'files',
  'stages',
  'users',
  'currencies',
] as const

/** Lists whose pages may take too long. */
const STALLING = ['/deals', '/deals/archived', '/v1/leads', '/leads/archived', '/notes', '/files']

/** More archived rows than fit a page, as one request returns at most 500. */
const LARGE_ARCHIVE = 520

/** What kind of company it is, and how the API treats it. */
export interface Traits {
  readonly switches: Partial<Switches>
  readonly nullTimes: number
  readonly oauth: boolean
  /** The company's tokens per day; undefined: more than any run spends. */
  readonly dailyTokens: number | undefined
  readonly lookbackMinutes: number
  /** Pages of this list with more than 80 rows never arrive. */
  readonly stalling: string | undefined
  /** An archive that starts with more rows than fit a page. */
  readonly largeArchive: { readonly stream: 'deals' | 'leads'; readonly rows: number } | undefined
  /** From this sync on, all streams are selected. */
  readonly allFrom: number
  readonly firstStreams: readonly string[]
}

export function drawTraits(draw: Draw): Traits {
  const { pick, below, random } = draw
  const chance = (share: number) => random() < share
  const large = chance(0.12) ? { stream: pick(['deals', 'leads'] as const), rows: LARGE_ARCHIVE } : undefined
  const switches = drawSwitches(draw)
  const dailyTokens = chance(0.25) ? idleTokens(switches, large !== undefined) + below(300) : undefined
  const capped = large !== undefined || dailyTokens !== undefined
  const pageCap = capped ? pick([100, 500]) : pick([4, 7, 500])
  const isWhole = pageCap === 500 && large === undefined
  return {
    switches: { ...switches, pageCap, v2PageMarkers: isWhole && chance(0.3) ? 'absent' : 'full' },
    nullTimes: below(3),
    oauth: chance(0.25),
    dailyTokens,
    lookbackMinutes: pick([4, 10]),
    stalling: chance(0.15) && !capped ? pick(STALLING) : undefined,
    largeArchive: large,
    allFrom: chance(0.5) ? 0 : 1 + below(5),
    firstStreams: drawStreams(draw),
  }
}

/** A little more than a sync of an unchanged company costs. */
function idleTokens({ v1PageMarkers }: Partial<Switches>, isArchiveLarge: boolean): number {
  return 420 + (v1PageMarkers === 'absent' ? 200 : 0) + (isArchiveLarge ? 300 : 0)
}

function drawStreams({ random }: Draw): string[] {
  const isSelected = new Map<string, boolean>()
  return STREAMS.filter((stream) => {
    const name = stream.startsWith('leads') ? 'leads' : stream
    if (!isSelected.has(name)) isSelected.set(name, name === 'deals' || random() < 0.6)
    return isSelected.get(name)
  })
}

function drawSwitches({ pick, below, random }: Draw): Partial<Switches> {
  const rarely = <T>(usual: T, rare: T): T => (random() < 0.2 ? rare : usual)
  return {
    archivingMovesUpdateTime: pick([true, false]),
    archiveTime: pick(['now', 'free']),
    visibleAfterMs: pick([0, 0, below(100_000)]),
    vanishedIdFailsBatch: pick([true, false]),
    goneParents: rarely(
      { ids: [], status: 404 },
      { ids: [1 + below(20), 1 + below(20)], status: pick([403, 404, 410]) },
    ),
    deletedById: pick(['absent', 'returned', 'gone']),
    nullTimesUnderSince: pick(['excluded', 'included']),
    sinceFilter: pick(['inclusive', 'exclusive']),
    nullsSort: pick(['first', 'last']),
    tieOrder: rarely('by-id', 'unstable'),
    multiSort: rarely('accepted', 'rejected'),
    cursorTies: rarely('kept', 'skipped'),
    cursorLifetimeMs: pick([Infinity, HOUR]),
    cursorRefusal: pick([400, 404, 410, 500, 503]),
    v1PageMarkers: pick(['full', 'full', 'absent', 'more-without-next_start', 'next_start-without-more']),
    emptyV1Lists: pick(['null', 'array']),
    limitAboveMax: pick(['clamp', 'reject']),
    marketingFields: pick(['available', 'rejected']),
    volatileValues: rarely(false, true),
    dateHeader: pick(['present', 'present', 'absent', 30_000, -30_000, 10 * MINUTE]),
    dailyHeaders: pick(['present', 'absent']),
  }
}
