import type { Row } from '../../pipedrive/lists/row.js'
import type { Allowance } from '../streams/allowance.js'
import { LAST_PRIORITY } from '../streams/verification-terms.js'
import type { ListScan } from './list-scan.js'

/** What is known of keys that were asked for. */
export interface LookedUp {
  /** Rows that are there, in whatever state. */
  readonly rows: readonly Row[]
  /** Keys without a row, by a response that can be relied on. */
  readonly absent: readonly string[]
  /** Keys that were asked for one by one and not found, where no row that is there shows that such answers are true. */
  readonly notFound?: readonly string[]
  /** Keys that were not asked for, or not answered in a way that proves anything. */
  readonly unproved: readonly string[]
}

interface LookUp {
  readonly keys: readonly string[]
  /** A key that the list has: a response without it proves nothing. */
  readonly witness: string | undefined
  readonly allowance: Allowance
}

/** Asks for rows by their keys, as far as the allowance goes: many at once, or one by one. */
export async function lookUp(scan: ListScan, asked: LookUp): Promise<LookedUp> {
  const { lookup, single } = scan.stream
  if (lookup) return byIds(scan, lookup, asked)
  if (single) return oneByOne(scan, single, asked)
  return { rows: [], absent: [], unproved: asked.keys }
}

async function byIds(
  scan: ListScan,
  { param, size }: { readonly param: string; readonly size: number },
  { keys, witness, allowance }: LookUp,
): Promise<LookedUp> {
  const { name, cost } = scan.stream
  const known: LookedUp[] = []
  for (let at = 0; at < keys.length; at += size - 1) {
    const batch = keys.slice(at, at + size - 1)
    if (allowance.affords(cost) < 1) {
      known.push({ rows: [], absent: [], unproved: keys.slice(at) })
      break
    }
    allowance.spend(name, cost)
    const ids = [...batch, ...(witness === undefined ? [] : [witness])].join(',')
    known.push(await batchOf(scan, { [param]: ids }, batch, witness))
  }
  return joined(known)
}

async function batchOf(
  scan: ListScan,
  params: Readonly<Record<string, string>>,
  keys: readonly string[],
  witness: string | undefined,
): Promise<LookedUp> {
  const rows: Row[] = []
  let isStated = true
  const query = { params, order: 'by-id' as const, mayBeEmpty: true, priority: LAST_PRIORITY }
  for await (const page of scan.pages(query)) {
    rows.push(...page.rows)
    isStated &&= !page.isDoubtful
  }
  const found = new Set(rows.map(({ key }) => key))
  const missing = keys.filter((key) => !found.has(key))
  // A page that was cut short without a word lacks the highest key.
  const isLast = keys.every((key) => Number(key) < Number(witness))
  const isProved = isStated && (scan.facts.get('marksEnd') === true || (isLast && found.has(witness ?? '')))
  return {
    rows: rows.filter(({ key }) => keys.includes(key)),
    absent: isProved ? missing : [],
    unproved: isProved ? [] : missing,
  }
}

async function oneByOne(
  scan: ListScan,
  { cost }: { readonly cost: number },
  { keys, witness, allowance }: LookUp,
): Promise<LookedUp> {
  const spend = () => {
    allowance.spend(scan.stream.name, cost)
  }
  if (allowance.affords(cost) < 2) return { rows: [], absent: [], unproved: keys }
  if (witness !== undefined) spend()
  // If a row that is there cannot be read, no other row is proved to be absent.
  const isReliable = witness !== undefined && typeof (await scan.row(witness, LAST_PRIORITY)) === 'object'
  const known: LookedUp[] = []
  for (const key of keys) {
    const isAsked = (isReliable || witness === undefined) && allowance.affords(cost) >= 1
    if (isAsked) spend()
    const row = isAsked ? await scan.row(key, LAST_PRIORITY) : undefined
    known.push({
      rows: typeof row === 'object' ? [row] : [],
      absent: row === 'absent' && isReliable ? [key] : [],
      notFound: row === 'absent' && !isReliable ? [key] : [],
      unproved: row === undefined ? [key] : [],
    })
  }
  return joined(known)
}

function joined(all: readonly LookedUp[]): LookedUp {
  return {
    rows: all.flatMap(({ rows }) => rows),
    absent: all.flatMap(({ absent }) => absent),
    notFound: all.flatMap(({ notFound = [] }) => notFound),
    unproved: all.flatMap(({ unproved }) => unproved),
  }
}
