import { styleText } from 'node:util'
import Table from 'cli-table3'
import type { StreamFigures, SyncResult } from './sync.js'

const COLUMNS = ['records', 'requests', 'tokens', 'seconds']
const NOTHING: StreamFigures = { records: 0, requests: 0, tokens: 0, seconds: 0 }

/** Both syncs side by side, one line per stream. */
export function report(first: SyncResult, second: SyncResult): string {
  const table = new Table({
    colAligns: ['left', ...Array<'right'>(8).fill('right')],
    style: { border: [], compact: true },
  })
  const title = (content: string) => ({ content: bold(content), colSpan: 4, hAlign: 'center' as const })
  table.push(['', title('first sync'), title('second sync')])
  table.push(['', ...COLUMNS, ...COLUMNS])
  for (const [name, figures] of first.streams) {
    table.push([name, ...cells(figures), ...cells(second.streams.get(name) ?? NOTHING)])
  }
  table.push([bold('all streams'), ...cells(total(first)).map(bold), ...cells(total(second)).map(bold)])
  return table.toString()
}

export function total({ streams, seconds }: SyncResult): StreamFigures {
  const sum = (key: keyof StreamFigures) =>
    [...streams.values()].reduce((all, figures) => all + figures[key], 0)
  return { records: sum('records'), requests: sum('requests'), tokens: sum('tokens'), seconds }
}

function cells({ records, requests, tokens, seconds }: StreamFigures): string[] {
  const number = (value: number) => (value === 0 ? '·' : value.toLocaleString('en'))
  return [number(records), number(requests), number(tokens), seconds.toFixed(1)]
}

function bold(text: string): string {
  return styleText('bold', text)
}
