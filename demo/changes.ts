import type { Row, Sandbox } from '../sandbox/sandbox.js'

/** Changes a few rows; each returned line says what happened. */
export function changeSomeRows(sandbox: Sandbox): string[] {
  const pick = (stream: string, at: number): Row => {
    const row = sandbox.rows(stream).at(at)
    if (!row) throw new Error(`The sandbox has too few ${stream}.`)
    return row
  }
  const id = (row: Row) => row.id as number
  const edit = (stream: string, at: number, changes: Row) =>
    sandbox.edit(stream, id(pick(stream, at)), changes)

  edit('deals', 10, { status: 'won' })
  edit('deals', 4000, { value: 12_500 })
  sandbox.remove('deals', id(pick('deals', 77)))
  const alive = new Set(sandbox.rows('deals').map(({ id }) => id))
  const item = sandbox.rows('deal_products').find(({ deal_id }) => alive.has(deal_id))
  if (item) sandbox.edit('deal_products', id(item), { quantity: 3 })
  sandbox.create('persons', { name: 'Ada Lovelace' })
  edit('organizations', 3, { name: 'Analytical Engines Ltd' })
  for (const at of [0, 1, 2]) edit('activities', at, { done: true })
  edit('notes', 8, { content: '<p>Called back.</p>' })
  sandbox.create('files', { name: 'offer.pdf' })
  edit('stages', 2, { name: 'Offer sent' })
  return [
    'a deal is won, one gets a new value, one is deleted, and the line item of one changes',
    'a person is added, an organization renamed, three activities are done',
    'a note is edited, a file uploaded, a stage renamed',
  ]
}
