import { type ApiResponse, paymentRequired } from './api-response.js'
import { streams } from './registry.js'
import type { SandboxStream } from './stream.js'
import { scopes } from './stream-parts.js'

/** A path that serves something other than the rows of a stream. */
interface FixedRoute {
  readonly version: 'v1' | 'v2'
  readonly path: string
  readonly cost: number
  readonly scopes: readonly string[]
  /** 'me': the owner of the token. */
  readonly response: 'me' | (() => ApiResponse)
}

/** What a path leads to. `id`: of the single row, or of the parent that is part of the list's path. */
export type Match = { readonly cost: number; readonly scopes: readonly string[] } & (
  | { readonly kind: 'list'; readonly stream: SandboxStream; readonly id?: string }
  | { readonly kind: 'row'; readonly stream: SandboxStream; readonly id: string }
  | { readonly kind: 'fixed'; readonly response: FixedRoute['response'] }
)

/** The company has not bought projects. */
const fixedRoutes: readonly FixedRoute[] = [
  { version: 'v1', path: '/users/me', cost: 2, scopes: ['base'], response: 'me' },
  { version: 'v2', path: '/projects', cost: 10, scopes: scopes.projects, response: paymentRequired },
  { version: 'v2', path: '/tasks', cost: 10, scopes: scopes.projects, response: paymentRequired },
]

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

for (const { version, path, cost, scopes, response } of fixedRoutes) {
  add(version, path, () => ({ kind: 'fixed', cost, scopes, response }))
}
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
  ...new Set([
    'base',
    ...[...fixedRoutes, ...[...streams.values()].map(({ route }) => route)].flatMap((route) => route.scopes),
  ]),
]
