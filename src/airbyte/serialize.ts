import { parseExactJson } from '../common/exact-json.js'
import type { LineBuffer } from './line-buffer.js'
import type {
  ErrorMessage,
  Json,
  JsonObject,
  Message,
  RecordBatch,
  RecordText,
  StateMessage,
} from './messages.js'
import { stringifyExactly, textOfRecord } from './record-text.js'
import type { Redactor } from './redaction.js'
import { mayHaveInvalidUnicode, replaceInvalidUnicode } from './unicode.js'

const EMPTY_OBJECT = '{}'

/**
 * Appends the records of a batch as lines of RECORD messages. Secrets and invalid Unicode are searched for in all of
 * them first; only records that have some are rebuilt.
 */
export function appendRecords(batch: RecordBatch, redactor: Redactor, lines: LineBuffer): void {
  const { stream, emittedAt, records } = batch
  const head = Buffer.from(`{"type":"RECORD","record":{"stream":${JSON.stringify(stream)},"data":`)
  const tail = `,"emitted_at":${emittedAt}`
  const end = Buffer.from(`${tail}}}\n`)
  const append = ({ text, members, changes }: RecordText) => {
    lines.appendBytes(head)
    if (typeof text === 'string') lines.append(text)
    else lines.appendCopy(text)
    if (members) {
      lines.reopen()
      lines.append(text.length === EMPTY_OBJECT.length ? members.slice(1) : members)
      lines.append('}')
    }
    if (changes.length === 0) lines.appendBytes(end)
    else lines.append(`${tail},"meta":${JSON.stringify({ changes })}}}\n`)
  }
  for (const record of records) append(record)
  if (!redactor.occursIn(lines.bytes) && !records.some(mayBeInvalid)) return
  lines.clear()
  for (const record of records) append(cleanRecord(record, redactor))
}

function mayBeInvalid({ text, members = '' }: RecordText): boolean {
  return (typeof text === 'string' && mayHaveInvalidUnicode(text)) || mayHaveInvalidUnicode(members)
}

/** Secrets first: replaced characters would hide them. */
function cleanRecord(record: RecordText, redactor: Redactor): RecordText {
  const text = textOfRecord(record)
  const masked = redactor.occursIn(text) ? stringifyExactly(redactor.value(parse(text))) : text
  if (!mayHaveInvalidUnicode(masked)) return { text: masked, changes: record.changes }
  const { data, changes } = replaceInvalidUnicode(parse(masked) as JsonObject)
  if (changes.length === 0) return { text: masked, changes: record.changes }
  return { text: stringifyExactly(data), changes: [...record.changes, ...changes] }
}

function parse(text: string): Json {
  return parseExactJson(text) as Json
}

/** `recordCount`: the stream's records since its last state. The platform compares it with what it received. */
export function serializeState({ state }: StateMessage, recordCount: number, redactor: Redactor): string {
  const { stream_descriptor, stream_state } = state.stream
  const masked = redactor.occursIn(JSON.stringify(stream_state)) ? redactor.value(stream_state) : stream_state
  const message = {
    type: 'STATE',
    state: { ...state, stream: { stream_descriptor, stream_state: masked }, sourceStats: { recordCount } },
  }
  // The protocol's schema calls it a double that "should always have a decimal point"; JavaScript prints 5, not 5.0.
  return JSON.stringify(message).replace(/"recordCount":(\d+)\}\}\}$/, '"recordCount":$1.0}}}')
}

/**
 * Any other message, with secrets masked in texts for people; the words of the protocol and what the platform stores
 * stay.
 */
export function serializeMessage(message: Message, redactor: Redactor): string {
  return JSON.stringify(withoutSecrets(message, redactor))
}

function withoutSecrets(message: Message, redactor: Redactor): Message {
  switch (message.type) {
    case 'LOG': {
      const { level, ...texts } = message.log
      return { type: 'LOG', log: { level, ...maskTexts(texts, redactor) } }
    }
    case 'TRACE':
      return message.trace.type === 'ERROR'
        ? { type: 'TRACE', trace: { ...message.trace, error: maskError(message.trace.error, redactor) } }
        : message
    case 'CONNECTION_STATUS': {
      const { status, ...texts } = message.connectionStatus
      return { type: 'CONNECTION_STATUS', connectionStatus: { status, ...maskTexts(texts, redactor) } }
    }
    // The spec and the catalog are the connector's own. A config is sent to be stored: it has to work again.
    case 'SPEC':
    case 'CATALOG':
    case 'CONTROL':
      return message
  }
}

type ErrorBody = ErrorMessage['trace']['error']

function maskError({ failure_type, stream_descriptor, ...texts }: ErrorBody, redactor: Redactor): ErrorBody {
  return {
    ...maskTexts(texts, redactor),
    failure_type,
    ...(stream_descriptor && { stream_descriptor }),
  }
}

function maskTexts<T extends Record<string, string>>(texts: T, redactor: Redactor): T {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, redactor.text(text)])) as T
}
