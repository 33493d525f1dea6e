import { isAbsolute } from 'node:path'
import type { Readable } from 'node:stream'
import { isDeeperThan } from '../common/depth.js'
import { isObject } from '../common/is-object.js'
import { duration } from '../common/wording.js'
import { configError, type ConnectorError } from './errors.js'
import { linesOf } from './lines.js'
import { joined, MAX_BYTES, readChunks, ReadError, readText, TIME_LIMIT_MS } from './read-text.js'
import { readable } from './readable.js'

export type FileKind = 'config' | 'catalog' | 'state'

/** No valid file has more than ten; what reads files calls itself for each level. */
const MOST_LEVELS = 100

/** What to do if the file does not exist, beside checking its path. */
const IF_MISSING = {
  config: '',
  catalog: ' Create one with: src-pipedrive catalog --config CONFIG.',
  state: ' For a first sync, leave --state out.',
} satisfies Record<FileKind, string>

/** Why a file cannot be read, by the code of the operating system. The sentence starts with "The config PATH". */
const REASONS: Record<string, string> = {
  EISDIR: 'is a folder. Docker creates one where a mounted file does not exist: check the mount',
  ENOTDIR: 'does not exist, because a part of its path is a file and not a folder. Check the path',
  ELOOP: 'is a symbolic link that leads back to itself. Replace the link',
  EACCES: 'cannot be read: permission denied. Check the permissions of the file and its folders',
  EPERM: 'cannot be read: permission denied. Check the permissions of the file and its folders',
  ENAMETOOLONG: 'has a name that is too long. Pass the path of a file, not its content',
  ENXIO: 'is a socket. Pass a file',
  EFBIG: 'is too large. Check the path',
  TIMEOUT: `could not be read within ${duration(TIME_LIMIT_MS)}. If it is a pipe, check that a program writes to it`,
}

/**
 * The JSON value in a file of the command line; undefined if it is empty. Throws a config error that names the file.
 */
export async function readJsonIfAny(path: string, kind: FileKind): Promise<unknown> {
  assertPath(path, kind)
  const text = await readText(path).catch((error: unknown) => {
    throw toUserError(error, path, kind)
  })
  return valueOf(text, path, kind)
}

/**
 * The JSON value in a file, or the objects in a file that has one per line; nothing if it is empty. Of lines, those
 * that are not `wanted` are skipped unread, and those that were cut off. Holds one line at a time.
 */
export async function* readJsonOrLines(
  path: string,
  kind: FileKind,
  wanted: (line: string) => boolean,
): AsyncGenerator {
  assertPath(path, kind)
  const lines = linesOf(readChunks(path))
  try {
    const first = await nextLine(lines)
    const second = first === undefined ? undefined : await nextLine(lines)
    if (first === undefined) return
    if (!isObject(jsonOrUndefined(first)) || (second === undefined && wanted(first))) {
      const whole = await wholeText(first, second, lines)
      yield valueOf(whole, path, kind)
      return
    }
    for (const line of [first, second ?? '']) if (wanted(line)) yield lineValue(line, path, kind)
    for await (const line of lines) if (wanted(line)) yield lineValue(line, path, kind)
  } catch (error) {
    throw toUserError(error, path, kind)
  } finally {
    await lines.return()
  }
}

/** Of lines that are not blank. Some editors start a file with a byte-order mark. */
async function nextLine(lines: AsyncGenerator<string, void>): Promise<string | undefined> {
  for (;;) {
    const { value, done } = await lines.next()
    if (done) return undefined
    const line = value.replace(/^\uFEFF/, '')
    if (line.trim() !== '') return line
  }
}

async function wholeText(
  first: string,
  second: string | undefined,
  rest: AsyncIterable<string>,
): Promise<string> {
  const lines = second === undefined ? [first] : [first, second]
  let length = lines.join().length
  for await (const line of rest) {
    lines.push(line)
    length += line.length
    if (length > MAX_BYTES) throw new ReadError('EFBIG')
  }
  return lines.join('\n')
}

function jsonOrUndefined(line: string): unknown {
  try {
    return JSON.parse(line) as unknown
  } catch {
    return undefined
  }
}

/** Undefined for a line that was cut off. */
function lineValue(line: string, path: string, kind: FileKind): unknown {
  const value = jsonOrUndefined(line)
  assertDepth(value, path, kind)
  return value
}

function assertPath(path: string, kind: FileKind): void {
  if (path === '') throw configError(`The path of the ${kind} file is empty. Pass --${kind} FILE.`)
}

function toUserError(error: unknown, path: string, kind: FileKind): unknown {
  return error instanceof ReadError ? unreadable(path, kind, error) : error
}

/** The value of a text; undefined if it is empty. */
function valueOf(text: string, path: string, kind: FileKind): unknown {
  // Some editors start a file with a byte-order mark.
  const content = text.replace(/^\uFEFF/, '').trim()
  if (content === '') return undefined
  const value = parse(content, path, kind)
  assertDepth(value, path, kind)
  return value
}

function assertDepth(value: unknown, path: string, kind: FileKind): void {
  if (isDeeperThan(MOST_LEVELS, value))
    throw configError(`The ${kind} ${path} is nested more than ${MOST_LEVELS} levels deep. Correct the file.`)
}

function parse(content: string, path: string, kind: FileKind): unknown {
  try {
    return JSON.parse(content) as unknown
  } catch (error) {
    throw configError(`The ${kind} ${path} is not valid JSON. Correct the file.`, {
      internalMessage: readable((error as Error).message),
    })
  }
}

/** The same for a file that must not be empty. */
export async function readJson(path: string, kind: FileKind): Promise<unknown> {
  const value = await readJsonIfAny(path, kind)
  if (value === undefined) {
    throw configError(`The ${kind} ${path} is empty. Check the path; in Docker, check the mount.`)
  }
  return value
}

/** The JSON value of a stream, which is named `stdin` in errors. It may take any time: a person may have to type. */
export async function readJsonStream(stream: Readable, kind: FileKind): Promise<unknown> {
  const text = await joined(stream).catch((error: unknown) => {
    throw toUserError(error, 'on stdin', kind)
  })
  const value = valueOf(text, 'on stdin', kind)
  if (value === undefined)
    throw configError(`The ${kind} on stdin is empty. Check the program that writes it; in Docker, pass -i.`)
  return value
}

function unreadable(path: string, kind: FileKind, { code, cause }: ReadError): ConnectorError {
  const internalMessage = cause instanceof Error ? readable(cause.message) : code
  if (code === 'ENOENT' && !isAbsolute(path) && isFolderGone())
    return configError(
      `The ${kind} ${path} cannot be read because the working directory was deleted. Start the command from another folder.`,
      { internalMessage },
    )
  const reason =
    code === 'ENOENT'
      ? `does not exist. Check the path; in Docker, check the mount.${IF_MISSING[kind]}`
      : `${REASONS[code] ?? `cannot be read (${code}). Check the path and its permissions`}.`
  return configError(`The ${kind} ${path} ${reason}`, { internalMessage })
}

function isFolderGone(): boolean {
  try {
    process.cwd()
    return false
  } catch {
    return true
  }
}
