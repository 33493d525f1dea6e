import { clearScreenDown, moveCursor } from 'node:readline'
import type { Writable } from 'node:stream'
import type { Emission } from '../../airbyte/messages.js'
import { textOf, timed } from '../../airbyte/text.js'
import type { Audience } from '../../airbyte/writer.js'
import { endLine, frame } from './frame.js'
import { Progress } from './progress.js'

/** How often the lines change at most, and at least. */
const REFRESH_MS = 100
const IDLE_REFRESH_MS = 1_000

/** On stderr, while the messages go into a file or a program. */
export interface ScreenOptions {
  /** Whether the stream is a terminal that can move its cursor; else lines are written, one below the other. */
  animated: boolean
  now?: () => number
}

/**
 * Shows a person how far a run is, and its warnings and errors as text. A library for this (log-update) handles signals
 * by itself, which would keep a stopped run from writing its last states.
 */
export class Screen implements Audience {
  private readonly progress: Progress
  private readonly now: () => number
  private readonly timer: NodeJS.Timeout | undefined
  private linesDrawn = 0
  private drawnAt = -Infinity

  constructor(
    private readonly out: Writable,
    private readonly options: ScreenOptions,
  ) {
    this.now = options.now ?? Date.now
    this.progress = new Progress(this.now())
    if (options.animated)
      this.timer = setInterval(() => {
        this.draw()
      }, IDLE_REFRESH_MS).unref()
  }

  expect(streams: number): void {
    this.progress.expect(streams)
  }

  see(emission: Emission, mask: (text: string) => string): void {
    const ended = this.progress.see(emission, this.now())
    if (ended && !this.options.animated) this.write(`${endLine(ended, this.now())}\n`)
    const shown = emission.type === 'LOG' ? timed(emission, this.now()) : emission
    const text = this.isWorthALine(emission) ? textOf(shown) : undefined
    if (text !== undefined) {
      this.erase()
      this.write(`${mask(text)}\n`)
      this.draw()
    } else if (this.now() - this.drawnAt >= REFRESH_MS) this.draw()
  }

  /** Removes the lines that change. */
  close(): void {
    clearInterval(this.timer)
    this.erase()
  }

  /** While streams are read, only what a person may have to act on. */
  private isWorthALine(emission: Emission): boolean {
    if (emission.type !== 'LOG') return true
    const { level } = emission.log
    return level === 'INFO' ? this.progress.running.length === 0 : level !== 'DEBUG'
  }

  private draw(): void {
    if (!this.options.animated || this.progress.running.length === 0) return
    this.drawnAt = this.now()
    const lines = frame(this.progress, this.now(), sizeOf(this.out))
    this.erase()
    this.write(`${lines.join('\n')}\n`)
    this.linesDrawn = lines.length
  }

  private erase(): void {
    if (this.linesDrawn === 0) return
    moveCursor(this.out, 0, -this.linesDrawn)
    clearScreenDown(this.out)
    this.linesDrawn = 0
  }

  private write(text: string): void {
    this.out.write(text)
  }
}

/** Terminals that do not know their size report 0. */
function sizeOf(out: Writable): { columns: number; rows: number } {
  const { columns = 0, rows = 0 } = out as Writable & { columns?: number; rows?: number }
  return { columns: columns || 80, rows: rows || 24 }
}
