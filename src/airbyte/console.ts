import { format } from 'node:util'
import { log, type LogLevel } from './messages.js'
import { readable } from './readable.js'
import type { Writer } from './writer.js'

const LEVELS = { debug: 'DEBUG', log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR' } satisfies Record<
  string,
  LogLevel
>

/** A library may print a whole response. */
const MAX_LENGTH = 2_000

/** Turns what libraries print to the console into LOG messages; on stdout, it would break the protocol. */
export function redirectConsole(writer: Writer): void {
  for (const [method, level] of Object.entries(LEVELS) as [keyof typeof LEVELS, LogLevel][]) {
    console[method] = (...values: unknown[]) => {
      writer.post(log(level, readable(format(...values), MAX_LENGTH)))
    }
  }
}
