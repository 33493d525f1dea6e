import { generationOrder, streams } from '../registry.js'
import type { Row, SeedRecord } from '../row.js'
import { blankRow } from '../stream.js'
import type { Switches } from '../switches.js'
import { archiveLater } from './archive-later.js'
import { type CompanyOptions, openCompany, ownDraws } from './company.js'

/** A whole company: same seed, size and epoch, same rows. */
export function generateCompany(options: CompanyOptions, switches: Switches): SeedRecord[] {
  const company = openCompany(options)
  const generated = new Map<string, readonly Row[]>()
  const rowsOf = (stream: string) => generated.get(stream) ?? []
  for (const stream of generationOrder(streams)) {
    const { feature } = stream.route
    if (feature !== undefined && switches[feature] === 'lacking') continue
    const rows = stream.generate?.(company, { blank: blankRow(stream), rowsOf }) ?? []
    generated.set(stream.name, rows)
  }
  const records = [...streams.values()].flatMap(({ name, finish, details }) => {
    const rows = finish?.(rowsOf(name), rowsOf) ?? rowsOf(name)
    const detailsOf = details?.(ownDraws(company, `${name} details`), rowsOf)
    // A copy of each row takes a tenth of the time of a small company: only those that get more.
    const complete = (row: Row, index: number) => (detailsOf ? { ...row, ...detailsOf(row, index) } : row)
    return rows.map((row, index) => ({ stream: name, data: complete(row, index) }))
  })
  return switches.archivingMovesUpdateTime ? records : archiveLater(records)
}
