import { isObject } from '../../common/is-object.js'
import { formatTime, timeOrNull, type Time } from '../../common/time.js'

export interface FactValues {
  /** The account refuses the optional fields with 400. */
  optionalIncludeRefused: true
  /** The list refuses a second sort field, or ignores such a sort. */
  tieBreakRefused: true
  /** Sorted by two fields, the list comes in the same order of times as sorted by one. */
  tieBreakHonoured: true
  /** Whether a cursor returns the rest of the rows of the second at which a page ended. */
  cursorTies: 'kept' | 'skipped'
  /** The largest page that the server delivers in time. */
  pageSize: number
  /** Responses say whether the list ends with them: one that does not, and is empty, is a mistake. */
  marksEnd: true
  /** At which end of the order by time rows without a time stand. */
  undatedRows: 'none' | 'first' | 'last' | 'both'
  /** How many rows were seen whose update time archiving moved, and did not move. */
  archivingMovesTime: Readonly<{ moved: number; unmoved: number }>
  /** The whole list was read, and had no rows. */
  wasEmpty: true
  /** Since when the list, which had rows before, has come back empty without saying that it is; milliseconds. */
  emptySince: Time
  /** A row refers to a row that the list did not have in its reading of this time; milliseconds. */
  lacksNameOf: Time
  /** The account lacks the feature that the list belongs to. */
  featureMissing: true
}

export type FactName = keyof FactValues
export type FactValue = FactValues[FactName]

/** `at`: when it was learned, RFC 3339. */
export type SavedFacts = Readonly<Record<string, { value: FactValue; at: string }>>

interface FactRule<Value> {
  lifetimeDays: (value: Value) => number
  /** Undefined for a saved value that is not one. */
  parse: (value: unknown) => Value | undefined
}

/** A fact expires, so that a change on Pipedrive's side is noticed; the dearer it is to learn, the later. */
const FACTS: { [Name in FactName]: FactRule<FactValues[Name]> } = {
  optionalIncludeRefused: { lifetimeDays: () => 7, parse: parseTrue },
  tieBreakRefused: { lifetimeDays: () => 30, parse: parseTrue },
  tieBreakHonoured: { lifetimeDays: () => 30, parse: parseTrue },
  cursorTies: { lifetimeDays: () => 30, parse: oneOf('kept', 'skipped') },
  // Small pages cost a multiple of the tokens, and a few slow minutes are enough to learn them.
  pageSize: { lifetimeDays: () => 1, parse: parsePageSize },
  marksEnd: { lifetimeDays: () => 3, parse: parseTrue },
  undatedRows: {
    lifetimeDays: (value) => (value === 'none' ? 7 : 30),
    parse: oneOf('none', 'first', 'last', 'both'),
  },
  archivingMovesTime: { lifetimeDays: () => 90, parse: parseCounts },
  wasEmpty: { lifetimeDays: () => 90, parse: parseTrue },
  emptySince: { lifetimeDays: () => 30, parse: parseMoment },
  lacksNameOf: { lifetimeDays: () => 30, parse: parseMoment },
  featureMissing: { lifetimeDays: () => 1, parse: parseTrue },
}

const DAY_MS = 24 * 60 * 60_000

/** A fact that is learned again renews its date only after this share of its lifetime: states stay the same. */
const RENEWAL_SHARE = 0.1

interface Fact {
  value: FactValue
  at: Time
}

/** What was learned of one list; each fact expires. */
export class ListFacts {
  private readonly facts = new Map<FactName, Fact>()
  private changeCount = 0

  /** Unknown names and malformed values of a saved state are dropped. */
  constructor(
    saved: SavedFacts = {},
    private readonly now: () => Time = Date.now,
  ) {
    for (const [name, fact] of Object.entries(saved as Readonly<Record<string, unknown>>)) {
      if (!isFactName(name) || !isObject(fact)) continue
      const [value, at] = [FACTS[name].parse(fact.value), timeOrNull(fact.at)]
      if (value !== undefined && at !== null) this.facts.set(name, { value, at })
    }
  }

  /** How often a fact was learned, renewed or forgotten. */
  get changes(): number {
    return this.changeCount
  }

  get<Name extends FactName>(name: Name): FactValues[Name] | undefined {
    const fact = this.facts.get(name)
    if (!fact || this.ageShare(name, fact) >= 1) return undefined
    return fact.value as FactValues[Name]
  }

  learn<Name extends FactName>(name: Name, value: FactValues[Name]): void {
    const known = this.facts.get(name)
    const same = known !== undefined && JSON.stringify(known.value) === JSON.stringify(value)
    if (same && this.ageShare(name, known) <= RENEWAL_SHARE) return
    this.facts.set(name, { value, at: this.now() })
    this.changeCount += 1
  }

  forget(name: FactName): void {
    if (this.facts.delete(name)) this.changeCount += 1
  }

  /** The facts that have not expired. */
  toJSON(): SavedFacts {
    const live = [...this.facts].filter(([name, fact]) => this.ageShare(name, fact) < 1)
    return Object.fromEntries(live.map(([name, { value, at }]) => [name, { value, at: formatTime(at) }]))
  }

  /** Above 1 it has expired. A date in the future counts as well: a wrong clock must not keep a fact alive. */
  private ageShare(name: FactName, { value, at }: Fact): number {
    const lifetimeDays = (FACTS[name] as FactRule<FactValue>).lifetimeDays(value)
    return Math.abs(this.now() - at) / (lifetimeDays * DAY_MS)
  }
}

function isFactName(name: string): name is FactName {
  return Object.hasOwn(FACTS, name)
}

function parseTrue(value: unknown): true | undefined {
  return value === true ? true : undefined
}

function parseMoment(value: unknown): Time | undefined {
  return Number.isSafeInteger(value) ? Number(value) : undefined
}

function parsePageSize(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && Number(value) >= 1 ? Number(value) : undefined
}

function parseCounts(value: unknown): FactValues['archivingMovesTime'] | undefined {
  if (!isObject(value)) return undefined
  const { moved, unmoved } = value
  return isCount(moved) && isCount(unmoved) ? { moved, unmoved } : undefined
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function oneOf<Value extends string>(...values: Value[]): (value: unknown) => Value | undefined {
  return (value) => values.find((known) => known === value)
}
