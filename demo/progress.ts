import { clearLine, cursorTo } from 'node:readline'
import { count } from '../src/common/wording.js'

const REFRESH_MS = 50

/** Shows the progress of a sync: one changing line on a terminal, elsewhere one line per stream. */
export class Progress {
  private shown = 0

  constructor(private readonly out: NodeJS.WriteStream) {}

  show(stream: string, records: number): void {
    if (!this.out.isTTY || Date.now() - this.shown < REFRESH_MS) return
    this.shown = Date.now()
    this.clear()
    this.out.write(`  ${stream}: ${count(records, 'record')} …`)
  }

  done(stream: string, records: number): void {
    if (!this.out.isTTY) this.out.write(`  ${stream}: ${count(records, 'record')}\n`)
  }

  clear(): void {
    if (!this.out.isTTY) return
    clearLine(this.out, 0)
    cursorTo(this.out, 0)
  }
}
