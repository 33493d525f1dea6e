/** The messages of the Airbyte protocol (v0) that a source sends, one JSON object per line. */

import type { JsonBytes } from '../common/json-bytes.js'

/** A bigint is an integer beyond 2^53; only values that come from Pipedrive have one. */
export type Json = string | number | bigint | boolean | null | Json[] | JsonObject
export interface JsonObject {
  [key: string]: Json
}

export type LogLevel = 'FATAL' | 'ERROR' | 'WARN' | 'INFO' | 'DEBUG'
export type FailureType = 'config_error' | 'transient_error' | 'system_error'
export type StreamStatus = 'STARTED' | 'RUNNING' | 'COMPLETE' | 'INCOMPLETE'
export type SyncMode = 'full_refresh' | 'incremental'

export interface StreamDescriptor {
  name: string
  namespace?: string
}

/** A value of a record that could not be sent unchanged. */
export interface RecordChange {
  field: string
  change: 'NULLED' | 'TRUNCATED'
  reason: 'SOURCE_SERIALIZATION_ERROR' | 'SOURCE_RETRIEVAL_ERROR'
}

export interface RecordMessage {
  type: 'RECORD'
  record: { stream: string; data: JsonObject; emitted_at: number; meta?: { changes: RecordChange[] } }
}

export interface StateMessage {
  type: 'STATE'
  state: {
    type: 'STREAM'
    stream: { stream_descriptor: StreamDescriptor; stream_state: JsonObject }
    sourceStats?: { recordCount: number }
  }
}

export interface LogMessage {
  type: 'LOG'
  log: { level: LogLevel; message: string; stack_trace?: string }
}

export interface StreamStatusMessage {
  type: 'TRACE'
  trace: {
    type: 'STREAM_STATUS'
    emitted_at: number
    stream_status: {
      stream_descriptor: StreamDescriptor
      status: StreamStatus
      /** The platform evaluates exactly one. Milliseconds since the epoch. */
      reasons?: [{ type: 'RATE_LIMITED'; rate_limited: { quota_reset: number } }]
    }
  }
}

export interface ErrorMessage {
  type: 'TRACE'
  trace: {
    type: 'ERROR'
    emitted_at: number
    error: {
      message: string
      internal_message?: string
      stack_trace?: string
      failure_type: FailureType
      stream_descriptor?: StreamDescriptor
    }
  }
}

export interface SpecMessage {
  type: 'SPEC'
  spec: JsonObject
}

export interface ConnectionStatusMessage {
  type: 'CONNECTION_STATUS'
  connectionStatus: { status: 'SUCCEEDED' | 'FAILED'; message?: string }
}

/** A stream in the output of `discover`. */
export interface AirbyteStream {
  name: string
  json_schema: JsonObject
  supported_sync_modes: SyncMode[]
  source_defined_cursor?: boolean
  default_cursor_field?: string[]
  source_defined_primary_key?: string[][]
  is_resumable?: boolean
}

export interface CatalogMessage {
  type: 'CATALOG'
  catalog: { streams: AirbyteStream[] }
}

/** Asks the platform to replace the stored config by this one. */
export interface ControlMessage {
  type: 'CONTROL'
  control: {
    type: 'CONNECTOR_CONFIG'
    emitted_at: number
    connectorConfig: { config: Readonly<Record<string, unknown>> }
  }
}

/** Every message that is written as it is; records are written in batches, and a state gets its record count. */
export type Message =
  | LogMessage
  | StreamStatusMessage
  | ErrorMessage
  | SpecMessage
  | ConnectionStatusMessage
  | CatalogMessage
  | ControlMessage

export type AirbyteMessage = RecordMessage | StateMessage | Message

/** A record as JSON, and which of its fields could not be kept. */
export interface RecordText {
  readonly text: string | JsonBytes
  /** Further members that belong before the closing brace of the text, each behind a comma: `,"a":1,"b":2`. */
  readonly members?: string
  readonly changes: readonly RecordChange[]
}

/** The records of a page, which leave the process as one chunk of RECORD lines. Not a message of the protocol. */
export interface RecordBatch {
  type: 'RECORDS'
  stream: string
  /** Milliseconds since the epoch. */
  emittedAt: number
  /**
   * Already as text: a record that cannot be serialized fails where it is made, not where it is written. The writer
   * empties it: generators that wait for their next page would keep the texts of the last one.
   */
  records: RecordText[]
}

/** What the writer accepts. */
export type Emission = AirbyteMessage | RecordBatch

export function record(stream: string, data: JsonObject): RecordMessage {
  return { type: 'RECORD', record: { stream, data, emitted_at: Date.now() } }
}

export function state(stream: string, streamState: JsonObject): StateMessage {
  return {
    type: 'STATE',
    state: { type: 'STREAM', stream: { stream_descriptor: { name: stream }, stream_state: streamState } },
  }
}

export function log(level: LogLevel, message: string): LogMessage {
  return { type: 'LOG', log: { level, message } }
}

/** The stream waits for a rate limit until this time (ms since the epoch). Its next record ends the status. */
export function rateLimited(stream: string, until: number): StreamStatusMessage {
  const message = streamStatus(stream, 'RUNNING')
  message.trace.stream_status.reasons = [{ type: 'RATE_LIMITED', rate_limited: { quota_reset: until } }]
  return message
}

export function connectorConfig(config: Readonly<Record<string, unknown>>): ControlMessage {
  return {
    type: 'CONTROL',
    control: { type: 'CONNECTOR_CONFIG', emitted_at: Date.now(), connectorConfig: { config } },
  }
}

export function streamStatus(stream: string, status: StreamStatus): StreamStatusMessage {
  return {
    type: 'TRACE',
    trace: {
      type: 'STREAM_STATUS',
      emitted_at: Date.now(),
      stream_status: { stream_descriptor: { name: stream }, status },
    },
  }
}
