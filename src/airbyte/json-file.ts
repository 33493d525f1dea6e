import { isAbsolute } from 'node:path'
import { isDeeperThan } from '../common/depth.js'
import { duration } from '../common/wording.js'
import { configError, type ConnectorError } from './errors.js'
import { ReadError, readText, TIME_LIMIT_MS } from './read-text.js'
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
  if (path === '') throw configError(`The path of the ${kind} file is empty. Pass --${kind} FILE.`)
  const text = await readText(path).catch((error: unknown) => {
    throw error instanceof ReadError ? unreadable(path, kind, error) : error
  })
  // Some editors start a file with a byte-order mark.
  const content = text.replace(/^\uFEFF/, '').trim()
  if (content === '') return undefined
  const value = parse(content, path, kind)
  if (isDeeperThan(MOST_LEVELS, value))
    throw configError(`The ${kind} ${path} is nested more than ${MOST_LEVELS} levels deep. Correct the file.`)
  return value
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
