import type { Readable } from 'node:stream'
import type { Writer } from '../airbyte/writer.js'

/** What every command receives. */
export interface CommandContext {
  writer: Writer
  /** The standard input, opened by the first call; closed when the command is ended early. */
  stdin(): Readable
  /** Prints a text that is not a protocol message. */
  print(text: string): Promise<void>
  /** Prints an indented JSON value that is not a protocol message. */
  printJson(value: unknown): Promise<void>
  /** For a person who watches: so many streams are going to be read. */
  expectStreams(count: number): void
  /** How many characters a line of text may have. */
  width: number
  /** Ends the command early: SIGTERM, SIGINT, SIGHUP, or a closed stdout. */
  signal: AbortSignal
  /** Whether a platform reads the messages and stores the configs in them; otherwise a person or a script does. */
  platform: boolean
  /** The variables of the environment, which belong to the operator. */
  env: Readonly<Record<string, string | undefined>>
}

/** 0 only if the command did everything that was asked. */
export type ExitCode = 0 | 1

export type Command = (context: CommandContext) => Promise<ExitCode>
