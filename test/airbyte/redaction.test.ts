import { describe, expect, test } from '@jest/globals'
import { redaction } from '../../src/airbyte/redaction.js'

const TOKEN = '0123456789abcdef0123456789abcdef01234567'
const ODD = 'se"cr\\et &+é/=?'

describe('redaction masks a secret', () => {
  test.each([
    { name: 'as it is', secret: TOKEN, line: `token ${TOKEN}.`, masked: 'token ****.' },
    { name: 'each time it occurs', secret: TOKEN, line: `${TOKEN} ${TOKEN}`, masked: '**** ****' },
    { name: 'as a value of JSON', secret: ODD, line: JSON.stringify({ t: ODD }), masked: '{"t":"****"}' },
    { name: 'in a URL', secret: ODD, line: `/?t=${encodeURIComponent(ODD)}&x=1`, masked: '/?t=****&x=1' },
    {
      name: 'in a form body',
      secret: ODD,
      line: new URLSearchParams({ t: ODD, x: '1' }).toString(),
      masked: 't=****&x=1',
    },
    {
      name: 'in JSON that is quoted in JSON',
      secret: ODD,
      line: JSON.stringify({ body: JSON.stringify({ t: ODD }) }),
      masked: '{"body":"{\\"t\\":\\"****\\"}"}',
    },
    {
      name: 'in a URL whose codes are in lower case',
      secret: 'secret+/x',
      line: '/?t=secret%2b%2fx',
      masked: '/?t=****',
    },
    {
      name: 'with half of a surrogate pair in it',
      secret: 'secret\ud800',
      line: JSON.stringify('secret\ud800'),
      masked: '"****"',
    },
    {
      name: 'of digits that are too many for a number',
      secret: '1'.repeat(18),
      line: '1'.repeat(18),
      masked: '****',
    },
    { name: 'in base64', secret: TOKEN, line: `Basic ${btoa(TOKEN)}`, masked: 'Basic ****==' },
    { name: 'at the length of the shortest', secret: 'abcdef', line: 'abcdef', masked: '****' },
  ])('$name', ({ secret, line, masked }) => {
    expect(redaction([secret])(line)).toBe(masked)
  })

  // Basic headers join it with a user or a password, so that base64 of the secret alone does not occur in them.
  test.each([
    { name: 'as the user of a Basic header', pair: `${TOKEN}:` },
    { name: 'as the password of a Basic header', pair: `client:${TOKEN}` },
  ])('$name', ({ pair }) => {
    const inner = btoa(TOKEN).slice(4, 40)
    const line = redaction([TOKEN])(`Basic ${btoa(pair)}`)
    expect(line).toContain('****')
    expect(line).not.toContain(inner)
  })

  test('whole, when another secret is part of it, in whichever order they come', () => {
    const [long, short] = ['abcdefghijkl', 'cdefgh']
    expect(redaction([short, long])(`${long} ${short}`)).toBe('**** ****')
    expect(redaction([long, short])(`${long} ${short}`)).toBe('**** ****')
  })

  test('with characters that mean something to a regular expression or a replacement', () => {
    expect(redaction(['$&.*+(]'])('x$&.*+(]y $$')).toBe('x****y $$')
  })
})

describe('redaction leaves a line as it is', () => {
  test.each([
    { name: 'without secrets', secrets: [], line: 'nothing' },
    {
      name: 'for secrets that could be the numbers of a record',
      secrets: ['1234567'],
      line: '{"id":1234567}',
    },
    { name: 'where a secret would be the frame of JSON', secrets: ['":"abc'], line: '{"t":"abc"}' },
    { name: 'for secrets so short that they are words', secrets: ['', 'a', 'deals'], line: 'a deals' },
    { name: 'where only a part of a secret occurs', secrets: [TOKEN], line: TOKEN.slice(0, 20) },
  ])('$name', ({ secrets, line }) => {
    expect(redaction(secrets)(line)).toBe(line)
  })
})
