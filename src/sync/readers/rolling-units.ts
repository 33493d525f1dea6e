import { changesAreCompared, type StreamSpec } from '../../manifest/stream.js'
import type { Account } from '../../pipedrive/account.js'
import type { Allowance } from '../streams/allowance.js'
import { viewerOf } from '../streams/viewer.js'
import type { ListScan } from './list-scan.js'
import { planUnits, type Unit } from './units.js'
import { verifiedOf, type VerificationTerms } from './verification-terms.js'
import { isRollingDue, settleWhole, verifyRows } from './verify-rows.js'

/** Lists that are compared with what the warehouse has of them, behind everything else: the smallest first. */
function rollingUnits(scans: readonly ListScan[], units: readonly Unit[], terms: VerificationTerms): Unit[] {
  const due = scans.filter((scan) => isRollingDue(scan, terms))
  const sizeOf = (scan: ListScan) => verifiedOf(scan)?.verification.cursor.roster?.size ?? 0
  return due
    .sort((a, b) => sizeOf(a) - sizeOf(b))
    .map((scan): Unit => {
      const hasBacklog = scan.active.some(({ backlog }) => backlog !== undefined)
      if (!hasBacklog) scan.expectUnits(units.filter((unit) => unit.scan === scan).length)
      return { scan, kind: 'rolling', from: -Infinity, read: () => verifyRows(scan, terms) }
    })
}

/** Of the units, those that read short lists whole. */
function settlingUnits(units: readonly Unit[]): Unit[] {
  return units.filter(({ scan }) => changesAreCompared(scan.stream) && verifiedOf(scan) !== undefined)
}

/** The same units; behind those that read a short list whole, what it lacks is looked for, once per run. */
function withSettling(units: readonly Unit[], terms: VerificationTerms): Unit[] {
  const settled = new Set<ListScan>()
  return units.map((unit) => {
    const { scan } = unit
    if (!changesAreCompared(scan.stream)) return unit
    return {
      ...unit,
      async *read() {
        yield* unit.read()
        if (!scan.isWhole || settled.has(scan)) return
        settled.add(scan)
        yield* settleWhole(scan, terms)
      },
    }
  })
}

interface VerificationOptions {
  readonly account: Account
  readonly manifest: readonly StreamSpec[]
  readonly verifiesOnly?: boolean
}

/** `scans`: all lists of the run. */
function verificationTerms(
  { account, manifest, verifiesOnly = false }: VerificationOptions,
  allowance: Allowance,
  scans: readonly ListScan[],
): VerificationTerms {
  return {
    isAtOnce: verifiesOnly,
    allowance,
    viewer: viewerOf(account),
    seesAll: account.tokenOwner.admin,
    archiveOf({ stream }) {
      const archive = manifest.find(({ archiveOf }) => archiveOf?.stream === stream.name)
      return archive && (scans.find((scan) => scan.stream.name === archive.name) ?? 'unread')
    },
    now: account.serverTime,
  }
}

/** What is read of the lists, and then compared with what the warehouse has of them. */
export function verifiedUnits(
  lists: readonly ListScan[],
  allowance: Allowance,
  options: VerificationOptions,
): Unit[] {
  const { account, verifiesOnly = false } = options
  const terms = verificationTerms(options, allowance, lists)
  const planned = planUnits(lists, account.serverTime)
  const units = withSettling(verifiesOnly ? settlingUnits(planned) : planned, terms)
  return [...units, ...rollingUnits(lists, units, terms)]
}
