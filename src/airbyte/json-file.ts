import { readFile } from 'node:fs/promises'
import { configError } from './errors.js'

/** The JSON value in a file that the user named by a flag; undefined when there is no such file or it is empty. */
export async function readJsonIfAny(path: string, what: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return ''
    if (code === 'EISDIR') {
      throw configError(
        `The ${what} ${path} is a folder. Docker makes one where a mounted file does not exist: check the mount.`,
      )
    }
    throw configError(`The ${what} ${path} cannot be read (${code ?? message}). Check its permissions.`)
  })
  // A byte-order mark is what some editors leave at the start.
  const content = text.replace(/^\uFEFF/, '').trim()
  if (content === '') return undefined
  try {
    return JSON.parse(content) as unknown
  } catch (error) {
    throw configError(`The ${what} ${path} is not valid JSON. Check the file.`, {
      internalMessage: (error as Error).message,
    })
  }
}

/** The same, for a file that has to be there. */
export async function readJson(path: string, what: string): Promise<unknown> {
  if (path === '') throw configError(`Name the ${what} file.`)
  const value = await readJsonIfAny(path, what)
  if (value === undefined) {
    throw configError(
      `The ${what} ${path} does not exist or is empty. Check the path; in Docker, check the mount.`,
    )
  }
  return value
}
