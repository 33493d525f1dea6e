import type { Row } from './row.js'
import type { SandboxStream } from './stream.js'
import { sandboxStreams } from './streams/index.js'

/** All streams by name. */
export const streams: ReadonlyMap<string, SandboxStream> = new Map(
  sandboxStreams.map((stream) => [stream.name, stream]),
)

export function streamOf(name: string): SandboxStream {
  const stream = streams.get(name)
  if (stream === undefined) throw new Error(`The sandbox has no stream ${name}`)
  return stream
}

export function keyOf(stream: string, row: Row): string {
  for (const field of streamOf(stream).key) {
    const value = row[field]
    if (typeof value === 'string' || typeof value === 'number') return String(value)
  }
  throw new Error(`A row of ${stream} has no key: ${JSON.stringify(row)}`)
}

type Dependent = Pick<SandboxStream, 'name' | 'after'>

/** Each stream behind those named in its `after`; otherwise in the given order. */
export function generationOrder<S extends Dependent>(all: ReadonlyMap<string, S>): S[] {
  const ordered = new Set<S>()
  const visit = (name: string, path: readonly string[]): void => {
    const stream = all.get(name)
    if (stream === undefined) throw new Error(`${path.at(-1) ?? ''} comes after ${name}, an unknown stream`)
    if (path.includes(name)) throw new Error(`Streams wait for each other: ${[...path, name].join(', ')}`)
    if (ordered.has(stream)) return
    for (const earlier of stream.after ?? []) visit(earlier, [...path, name])
    ordered.add(stream)
  }
  for (const name of all.keys()) visit(name, [])
  return [...ordered]
}
