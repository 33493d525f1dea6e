import { executionAsyncId } from 'node:async_hooks'
import { setImmediate, setTimeout } from 'node:timers'

/** After this many turns in a row without work, what is left waits for a timer. More than one: streams skip turns. */
const IDLE_TURNS = 3

/** For work that never rests, such as a loop of setImmediate. */
const MAX_TURNS = 10_000

/** How often to look whether a file was read; real milliseconds. */
const FILE_POLL_MS = 1

/**
 * Resolves when the process has nothing left to do but to wait for timers. By the ids that Node gives to each callback:
 * when two turns of the event loop have consecutive ids, nothing was scheduled between them. Real timers and immediates
 * are used even while jest's are faked.
 */
export function untilIdle(): Promise<void> {
  return new Promise((resolve) => {
    let turns = 0
    let idleTurns = 0
    let last = Number.NaN
    const turn = () => {
      const id = executionAsyncId()
      const waitsForFile = id === last + 1 && isReadingFiles()
      idleTurns = id === last + 1 && !waitsForFile ? idleTurns + 1 : 0
      last = id
      turns += 1
      if (idleTurns >= IDLE_TURNS || turns >= MAX_TURNS) resolve()
      else if (waitsForFile) setTimeout(turn, FILE_POLL_MS)
      else setImmediate(turn)
    }
    setImmediate(turn)
  })
}

/** One real millisecond, for work that waits neither for a timer nor for this process: a child process, a socket. */
export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1))
}

/** Other threads read files and look up hosts; nothing in this one shows that they are at work. */
const REQUESTS = /^(FSReq|CloseReq|GetAddrInfoReq)/

function isReadingFiles(): boolean {
  return process.getActiveResourcesInfo().some((resource) => REQUESTS.test(resource))
}
