import { expect, test } from '@jest/globals'
import { configError, ConnectorError, errorTrace } from '../../src/airbyte/errors.js'
import { log, record, state, streamStatus, type Emission } from '../../src/airbyte/messages.js'
import { textOf, timed } from '../../src/airbyte/text.js'

test.each<{ name: string; message: Emission; text: string | undefined }>([
  { name: 'a log', message: log('INFO', 'Done.'), text: 'INFO  Done.' },
  { name: 'a mistake', message: errorTrace(configError('No.', { internalMessage: 'x' })), text: 'ERROR No.' },
  {
    name: 'the error of a stream, with its details',
    message: errorTrace(
      new ConnectorError('Later.', {
        failureType: 'transient_error',
        stream: 'deals',
        internalMessage: '500',
      }),
    ),
    text: 'ERROR deals: Later.\n      (500)',
  },
  {
    name: 'a check that failed',
    message: { type: 'CONNECTION_STATUS', connectionStatus: { status: 'FAILED', message: 'No.' } },
    text: 'FAILED No.',
  },
  { name: 'a status', message: streamStatus('deals', 'STARTED'), text: undefined },
  { name: 'a record', message: record('deals', {}), text: undefined },
  { name: 'a state', message: state('deals', {}), text: undefined },
])('the text for people of $name is $text', ({ message, text }) => {
  expect(textOf(message)).toBe(text)
})

test('a log with its time keeps its level', () => {
  expect(timed(log('WARN', 'Odd.'), Date.UTC(2026, 0, 2, 3, 4, 5, 678))).toEqual(
    log('WARN', '2026-01-02T03:04:05Z Odd.'),
  )
})
