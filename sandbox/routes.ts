import { streams } from './registry.js'
import type { SandboxStream } from './stream.js'

/** The owner of the token: the one path that serves something other than the rows of a stream. */
const ME = { version: 'v1', path: '/users/me', cost: 2, scopes: ['base'] } as const

/** What a path leads to. `id`: of the single row, or of the parent that is part of the list's path. */
export type Match = { readonly cost: number; readonly scopes: readonly string[] } & (
  | { readonly kind: 'list'; readonly stream: SandboxStream; readonly id?: string }
  | { readonly kind: 'row'; readonly stream: SandboxStream; readonly id: string }
  | { readonly kind: 'me' }
)

interface Pattern {
  readonly path: RegExp
  readonly match: (id: string) => Match
}

const exact = new Map<string, Match>()
const patterns: Pattern[] = []

function add(version: string, path: string, match: (id: string) => Match): void {
  const name = `${version} ${path}`
  if (!path.includes('{id}')) exact.set(name, match(''))
  else patterns.push({ path: new RegExp(`^${name.replace('{id}', '([^/]+)')}$`), match })
}

add(ME.version, ME.path, () => ({ kind: 'me', cost: ME.cost, scopes: ME.scopes }))
for (const stream of streams.values()) {
  const { version, path, archivedPath, cost, scopes, single } = stream.route
  const addList = (at: string, listed: SandboxStream) => {
    add(version, at, (id) => ({ kind: 'list', cost, scopes, stream: listed, ...(id === '' ? {} : { id }) }))
  }
  addList(path, archivedPath === undefined ? stream : { ...stream, archived: false })
  if (archivedPath !== undefined) addList(archivedPath, { ...stream, archived: true })
  if (single === undefined) continue
  add(version, single.path, (id) => ({ kind: 'row', cost: single.cost, scopes, stream, id }))
}

/** Paths without an id come first: /deals/archived is not a deal. */
export function findRoute(version: 'v1' | 'v2', path: string): Match | undefined {
  const name = `${version} ${path}`
  const known = exact.get(name)
  if (known !== undefined) return known
  for (const pattern of patterns) {
    const [, id] = pattern.path.exec(name) ?? []
    if (id !== undefined) return pattern.match(decodeURIComponent(id))
  }
  return undefined
}

export const allScopes: readonly string[] = [
  ...new Set(['base', ...[...streams.values()].flatMap(({ route }) => route.scopes)]),
]
