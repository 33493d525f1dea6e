import { ConnectorError } from './errors.js'
import type {
  ErrorMessage,
  Json,
  JsonObject,
  Message,
  RecordBatch,
  RecordChange,
  StateMessage,
} from './messages.js'
import { readable } from './readable.js'
import type { Redactor } from './redaction.js'
import { mayHaveInvalidUnicode, replaceInvalidUnicode } from './unicode.js'

/**
 * The text of a record. Throws a ConnectorError that names the stream if it has none: nested too deeply, too long, or
 * not a JSON value.
 */
export function serializeRecord(stream: string, record: JsonObject): string {
  try {
    // Undefined for a function, or for an object whose toJSON returns undefined.
    const text = JSON.stringify(record) as string | undefined
    if (text === undefined) throw new TypeError('The record is not a JSON value.')
    return text
  } catch (cause) {
    throw new ConnectorError(
      `A record of the stream "${stream}" cannot be written as JSON. Please report it with this log.`,
      { failureType: 'system_error', internalMessage: readable(String(cause)), stream, cause },
    )
  }
}

/**
 * The records of a batch as lines of RECORD messages, without a line break at the end. Secrets and invalid Unicode are
 * searched for once in the whole text; only records that have some are rebuilt.
 */
export function serializeRecords({ stream, emittedAt, texts }: RecordBatch, redactor: Redactor): string {
  const head = `{"type":"RECORD","record":{"stream":${JSON.stringify(stream)},"data":`
  const tail = `,"emitted_at":${emittedAt}`
  const lines = texts.map((text) => `${head}${text}${tail}}}`).join('\n')
  if (!redactor.occursIn(lines) && !mayHaveInvalidUnicode(lines)) return lines
  return texts
    .map((original) => {
      const { text, changes } = cleanRecord(original, redactor)
      const meta = changes.length === 0 ? '' : `,"meta":${JSON.stringify({ changes })}`
      return `${head}${text}${tail}${meta}}}`
    })
    .join('\n')
}

/** Secrets first: replaced characters would hide them. */
function cleanRecord(text: string, redactor: Redactor): { text: string; changes: RecordChange[] } {
  const masked = redactor.occursIn(text) ? JSON.stringify(redactor.value(JSON.parse(text) as Json)) : text
  if (!mayHaveInvalidUnicode(masked)) return { text: masked, changes: [] }
  const { data, changes } = replaceInvalidUnicode(JSON.parse(masked) as JsonObject)
  return changes.length === 0 ? { text: masked, changes } : { text: JSON.stringify(data), changes }
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
