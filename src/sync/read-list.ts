import type { AirbyteMessage } from '../airbyte/messages.js'
import type { StreamSpec } from '../manifest/stream.js'
import { readArchive } from './read-archive.js'
import { readSpans } from './read-spans.js'
import { readUndated } from './read-undated.js'
import { readNewestFirst, readWhole } from './read-walk.js'
import type { Scan } from './scan.js'

/** Reads one list for all that live on it, in the way that the manifest says; what fails is kept with its consumers. */
export async function* readList(scan: Scan, signal: AbortSignal): AsyncGenerator<AirbyteMessage> {
  const read = readerOf(scan.stream)
  try {
    yield* scan.stream.archiveOf ? readArchive(scan, read) : read(scan)
    yield* readUndated(scan)
  } catch (error) {
    const failure: unknown = signal.aborted ? signal.reason : error
    for (const consumer of scan.active) consumer.failure = failure
  }
}

type Reader = (scan: Scan) => AsyncGenerator<AirbyteMessage>

function readerOf({ name, strategy: how }: StreamSpec): Reader {
  switch (how.kind) {
    case 'by-update-time':
      return (scan) => readSpans(scan, how)
    case 'newest-first':
      return readNewestFirst
    case 'full-scan':
      return readWhole
    case 'children':
      throw new Error(`${name} has no list of its own.`)
  }
}
