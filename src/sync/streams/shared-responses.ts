import type { StreamSpec } from '../../manifest/stream.js'
import type { ApiRequest, ApiResponse, RequestFn } from '../../pipedrive/http/request.js'

/** Room for responses that wait for another stream, in bytes of their JSON: some thousand change logs. */
const ROOM = 8_000_000

interface Kept {
  readonly response: Promise<ApiResponse>
  readonly readBy: Set<string>
  size: number
}

/** Responses that several streams read: sent once, and kept until each of them has had it, as far as there is room. */
export class SharedResponses {
  /** By request, the oldest first. */
  private readonly kept = new Map<string, Kept>()
  private readonly streamsOf = new Map<string, number>()
  private size = 0

  /** `streams`: those of the run. Streams that read children from the same path share what they read. */
  constructor(
    streams: readonly StreamSpec[],
    private readonly room = ROOM,
  ) {
    for (const stream of streams) {
      const path = sharedPath(stream)
      if (path !== undefined) this.streamsOf.set(path, (this.streamsOf.get(path) ?? 0) + 1)
    }
  }

  /** The stream's requests, without those that another stream has sent. */
  requestOf(stream: StreamSpec, request: RequestFn): RequestFn {
    const streams = this.streamsOf.get(sharedPath(stream) ?? '') ?? 1
    if (streams === 1) return request
    return (sent) => {
      const key = keyOf(sent)
      const known = this.kept.get(key)
      // A stream that requests a page again does not want the same response.
      if (known && !known.readBy.has(stream.name)) {
        known.readBy.add(stream.name)
        if (known.readBy.size === streams) this.drop(key)
        return known.response
      }
      return this.keep(key, stream.name, request(sent).then(withoutBytes))
    }
  }

  private keep(key: string, stream: string, response: Promise<ApiResponse>): Promise<ApiResponse> {
    this.drop(key)
    const entry: Kept = { response, readBy: new Set([stream]), size: 0 }
    this.kept.set(key, entry)
    response.then(
      ({ textLength }) => {
        if (this.kept.get(key) === entry) this.measured(entry, textLength)
      },
      () => {
        if (this.kept.get(key) === entry) this.drop(key)
      },
    )
    return response
  }

  private measured(entry: Kept, textLength: number): void {
    entry.size = textLength
    this.size += textLength
    for (const oldest of this.kept.keys()) {
      if (this.size <= this.room) return
      this.drop(oldest)
    }
  }

  private drop(key: string): void {
    this.size -= this.kept.get(key)?.size ?? 0
    this.kept.delete(key)
  }
}

/** Each of the streams would give them back. Rows of a shared response are serialised anew. */
function withoutBytes(response: ApiResponse): ApiResponse {
  response.bytes?.free()
  response.bytes = undefined
  return response
}

function sharedPath({ api, path, strategy }: StreamSpec): string | undefined {
  return strategy.kind === 'children' && strategy.read.kind === 'path' ? `${api} ${path}` : undefined
}

function keyOf({ api, path, params }: ApiRequest): string {
  return JSON.stringify([api, path, Object.entries(params).sort()])
}
