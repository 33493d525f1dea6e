import { existsSync } from 'node:fs'
import { open, realpath, rename } from 'node:fs/promises'
import { configError } from './errors.js'
import type { JsonObject, StateMessage } from './messages.js'
import { OUTPUT_LINE, readState, type InputState } from './state-file.js'
import type { Writer } from './writer.js'

/** Why a file cannot be written, by the code of the system. The sentence starts with "The state file PATH". */
const REASONS: Record<string, string> = {
  ENOENT: 'cannot be written: its folder does not exist. Check the path',
  EACCES: 'cannot be written: permission denied. Check the permissions of its folder',
  EPERM: 'cannot be written: permission denied. Check the permissions of its folder',
  EROFS: 'cannot be written: its folder is read-only. Choose another folder',
  ENOSPC: 'cannot be written: the disk is full',
  EBUSY: 'cannot be replaced. In Docker, mount its folder, not the file',
  EISDIR: 'is a folder. Pass the path of a file',
}

/** The states in a --state-file; none if it does not exist yet. */
export async function readStateFile(path: string, knownStreams: readonly string[]): Promise<InputState> {
  if (path !== '' && !existsSync(path)) return new Map()
  return readState(path, knownStreams, (line) => {
    if (!OUTPUT_LINE.test(line)) return true
    throw configError(
      `The state file ${path} has the output of a run, which would be overwritten. Pass it with --state, or pass another path with --state-file.`,
    )
  })
}

/**
 * Keeps the last state of each stream in a file. The file never has a state whose records have not left the process,
 * and it is replaced as a whole, so that a process that ends at any time leaves the old states or the new ones. States
 * are saved beside the reading; one that fails to be saved is saved with the next.
 */
export class StateStore {
  private readonly states: Map<string, unknown>
  private written: StateMessage[] = []
  private saving: Promise<void> | undefined
  private failure: unknown

  private constructor(
    private readonly path: string,
    states: InputState,
    private readonly writer: Writer,
  ) {
    this.states = new Map(states)
  }

  /** Writes the states to the file. Throws a config error if that is not possible. */
  static async open(path: string, states: InputState, writer: Writer): Promise<StateStore> {
    const store = new StateStore(existsSync(path) ? await realpath(path) : path, states, writer)
    await store.replace()
    return store
  }

  /** The writer has accepted this message. */
  keep(message: StateMessage): void {
    this.written.push(message)
    this.saving ??= this.saveAll().finally(() => (this.saving = undefined))
  }

  /** Resolves when all states are saved. Throws a config error if the last ones could not be saved. */
  async close(): Promise<void> {
    await this.saving
    if (this.failure !== undefined) throw this.failure as Error
  }

  private async saveAll(): Promise<void> {
    while (this.written.length > 0) {
      const messages = this.written.splice(0)
      try {
        await this.writer.flush()
      } catch {
        // The reader is gone, and the records with it. The run ends by that error.
        return
      }
      for (const { state } of messages) {
        const { stream_descriptor: descriptor, stream_state: saved } = state.stream
        this.states.set(descriptor.name, this.writer.masked(saved))
      }
      this.failure = await this.replace().then(
        () => undefined,
        (error: unknown) => error,
      )
    }
  }

  private async replace(): Promise<void> {
    const draft = `${this.path}.tmp`
    try {
      const file = await open(draft, 'w')
      try {
        await file.writeFile(this.text())
        // Or the new name could reach the disk before the content does.
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(draft, this.path)
    } catch (error) {
      const { code = 'unknown error', message } = error as NodeJS.ErrnoException
      const reason = REASONS[code] ?? `cannot be written (${code}). Check the path`
      throw configError(`The state file ${this.path} ${reason}.`, { internalMessage: message, cause: error })
    }
  }

  /** A list of STREAM states, one per line. */
  private text(): string {
    const messages = [...this.states].map(([name, saved]) => ({
      type: 'STREAM',
      stream: { stream_descriptor: { name }, stream_state: saved as JsonObject },
    }))
    return `[\n${messages.map((message) => JSON.stringify(message)).join(',\n')}\n]\n`
  }
}
