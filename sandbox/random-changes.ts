import type { Sandbox } from './sandbox.js'
import type { Row } from './row.js'

/** Streams that random changes edit, and the text field that they change. */
const edited = {
  deals: 'title',
  persons: 'name',
  organizations: 'name',
  activities: 'subject',
  notes: 'content',
  leads: 'title',
} as const satisfies Record<string, string>

export interface Change {
  readonly stream: string
  readonly row: Row
}

/** Edits `count` rows of the core streams; the changed text contains the time. */
export function makeRandomChanges(sandbox: Sandbox, count: number): Change[] {
  const filled = Object.entries(edited).filter(([stream]) => sandbox.rows(stream).length > 0)
  return Array.from({ length: filled.length === 0 ? 0 : count }, (_, index): Change => {
    const [stream, field] = filled[index % filled.length] ?? ['deals', 'title']
    const rows = sandbox.rows(stream)
    const row = rows[Math.floor(Math.random() * rows.length)] ?? {}
    const before = String(row[field]).replace(/ \(changed .*\)$/, '')
    const changes = { [field]: `${before} (changed ${new Date(sandbox.clock.now()).toISOString()})` }
    return { stream, row: sandbox.edit(stream, row.id as string | number, changes) }
  })
}
