import { format } from 'node:util'
import { log, type LogLevel } from './messages.js'
import type { Writer } from './writer.js'

const LEVELS = { debug: 'DEBUG', log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR' } satisfies Record<
  string,
  LogLevel
>

/** A library that prints must not break the protocol: whatever goes to the console becomes a LOG message. */
export function redirectConsole(writer: Writer): void {
  for (const [method, level] of Object.entries(LEVELS) as [keyof typeof LEVELS, LogLevel][]) {
    console[method] = (...values: unknown[]) => {
      writer.post(log(level, format(...values)))
    }
  }
}
