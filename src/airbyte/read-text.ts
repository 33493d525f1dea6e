import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

/** A pipe without a writer, or a file system that does not answer. */
export const TIME_LIMIT_MS = 10_000

/** More than any config, catalog or state has; /dev/zero has no end. */
export const MAX_BYTES = 256 * 1024 * 1024

const CHUNK_BYTES = 64 * 1024
const POLL_MS = 20

/** Why a file could not be read; `code` is that of the operating system, or one of ours. */
export class ReadError extends Error {
  constructor(
    readonly code: string,
    options?: ErrorOptions,
  ) {
    super(code, options)
  }
}

/** The text of a file, a pipe or a device. Throws a ReadError; TIMEOUT after `timeLimitMs`. */
export async function readText(path: string, timeLimitMs = TIME_LIMIT_MS): Promise<string> {
  return joined(readChunks(path, timeLimitMs))
}

/** The text of the chunks. Throws a ReadError if they are too large. */
export async function joined(source: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of source) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > MAX_BYTES) throw new ReadError('EFBIG')
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** The content of a file, a pipe or a device. Throws a ReadError; TIMEOUT if it does not come in time. */
export async function* readChunks(path: string, timeLimitMs = TIME_LIMIT_MS): AsyncGenerator<Buffer> {
  try {
    // A pipe that is opened for blocking reads would hold a thread, and with it the process, until a writer opens it.
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      yield* chunksOf(handle, isAnonymous(path), Date.now() + timeLimitMs)
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (error instanceof ReadError) throw error
    throw new ReadError((error as NodeJS.ErrnoException).code ?? 'UNKNOWN', { cause: error })
  }
}

/** Of a named pipe, a writer may still come. The writer of /dev/stdin, or of <(a command), is there from the start. */
function isAnonymous(path: string): boolean {
  return /^\/(dev|proc)\//.test(path)
}

/** The time limit is for waiting: a large file may take longer. */
async function* chunksOf(handle: FileHandle, isAnonymous: boolean, deadline: number): AsyncGenerator<Buffer> {
  let mayStillOpen = (await handle.stat()).isFIFO() && !isAnonymous
  for (;;) {
    const chunk = await readChunk(handle)
    if (chunk && chunk.length > 0) {
      mayStillOpen = false
      yield chunk
    } else {
      if (chunk && !mayStillOpen) return
      if (Date.now() >= deadline) throw new ReadError('TIMEOUT')
      await sleep(POLL_MS)
    }
  }
}

/** Empty at the end; undefined while a writer is connected and has not written. */
async function readChunk(handle: FileHandle): Promise<Buffer | undefined> {
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(CHUNK_BYTES))
    return buffer.subarray(0, bytesRead)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined
    throw error
  }
}
