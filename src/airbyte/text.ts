import { formatTime, type Time } from '../common/time.js'
import type { Emission, ErrorMessage, LogMessage } from './messages.js'

/** A message as text for people; undefined for what only programs read. */
export function textOf(emission: Emission): string | undefined {
  switch (emission.type) {
    case 'LOG':
      return `${emission.log.level.padEnd(5)} ${emission.log.message}`
    case 'TRACE':
      return emission.trace.type === 'ERROR' ? textOfError(emission.trace.error) : undefined
    case 'CONNECTION_STATUS': {
      const { status, message } = emission.connectionStatus
      return message === undefined ? status : `${status} ${message}`
    }
    default:
      return undefined
  }
}

/** The technical details only where they may help: a mistake of the user has none. */
function textOfError({
  message,
  internal_message: details,
  stack_trace: stack,
  failure_type: type,
  stream_descriptor: stream,
}: ErrorMessage['trace']['error']): string {
  const subject = stream ? `${stream.name}: ` : ''
  const lines = [`ERROR ${subject}${message}`]
  if (details !== undefined && type !== 'config_error') lines.push(`      (${details})`)
  if (stack !== undefined) lines.push(stack)
  return lines.join('\n')
}

/** The same log with the time in front, to the second. */
export function timed({ log: { message, ...rest } }: LogMessage, now: Time): LogMessage {
  const second = formatTime(Math.floor(now / 1000) * 1000)
  return { type: 'LOG', log: { ...rest, message: `${second} ${message}` } }
}
