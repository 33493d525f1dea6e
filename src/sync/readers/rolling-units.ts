import type { ListScan } from './list-scan.js'
import type { Unit } from './units.js'
import { isRollingDue, verifiedOf, verifyRows, type VerificationTerms } from './verify-rows.js'

/** Lists that are compared with what the warehouse has of them, behind everything else: the smallest first. */
export function rollingUnits(
  scans: readonly ListScan[],
  units: readonly Unit[],
  terms: VerificationTerms,
): Unit[] {
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
