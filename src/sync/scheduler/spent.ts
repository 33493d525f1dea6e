import { count } from '../../common/wording.js'
import type { Client } from '../../pipedrive/client.js'
import type { StreamEmitter } from '../streams/stream-emitter.js'

/** `3 records, 2 requests, 20 tokens`. */
export function spentBy(
  { stream, recordCount }: Pick<StreamEmitter, 'stream' | 'recordCount'>,
  { usage }: Pick<Client, 'usage'>,
): string {
  const { requests, tokens } = usage.of(stream.name)
  return `${count(recordCount, 'record')}, ${count(requests, 'request')}, ${count(tokens, 'token')}`
}
