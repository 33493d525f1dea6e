import { describe, expect, test } from '@jest/globals'
import type { Json } from '../../src/airbyte/messages.js'
import { Redactor } from '../../src/airbyte/redaction.js'

const TOKEN = '0123456789abcdef0123456789abcdef01234567'
const ODD = 'se"cr\\et &+é/=?'

function redactorOf(...secrets: string[]): Redactor {
  const redactor = new Redactor()
  redactor.hide(secrets)
  return redactor
}

describe('a secret in a text is masked', () => {
  test.each([
    { name: 'as it is', secret: TOKEN, text: `token ${TOKEN}.`, masked: 'token ****.' },
    { name: 'each time it occurs', secret: TOKEN, text: `${TOKEN} ${TOKEN}`, masked: '**** ****' },
    { name: 'as it is, with quotes and backslashes', secret: ODD, text: `(${ODD})`, masked: '(****)' },
    { name: 'in a URL', secret: ODD, text: `/?t=${encodeURIComponent(ODD)}&x=1`, masked: '/?t=****&x=1' },
    {
      name: 'in a form body',
      secret: ODD,
      text: new URLSearchParams({ t: ODD, x: '1' }).toString(),
      masked: 't=****&x=1',
    },
    { name: 'in quoted JSON', secret: ODD, text: JSON.stringify({ t: ODD }), masked: '{"t":"****"}' },
    {
      name: 'in JSON that is quoted in JSON',
      secret: ODD,
      text: JSON.stringify({ body: JSON.stringify({ t: ODD }) }),
      masked: '{"body":"{\\"t\\":\\"****\\"}"}',
    },
    {
      name: 'in a URL whose codes are in lower case',
      secret: 'secret+/x',
      text: '/?t=secret%2b%2fx',
      masked: '/?t=****',
    },
    {
      name: 'with half of a surrogate pair',
      secret: 'secret\ud800',
      text: 'a secret\ud800.',
      masked: 'a ****.',
    },
    {
      name: 'after line breaks and control characters were removed',
      secret: 'a secret\n with \0 NUL',
      text: 'a secret with NUL.',
      masked: '****.',
    },
    {
      name: 'with more digits than a number has',
      secret: '1'.repeat(18),
      text: '1'.repeat(18),
      masked: '****',
    },
    { name: 'in base64', secret: TOKEN, text: `Basic ${btoa(TOKEN)}`, masked: 'Basic ****==' },
    { name: 'at the length of the shortest secret', secret: 'abcdef', text: 'abcdef', masked: '****' },
    {
      name: 'with characters that mean something to a regular expression or a replacement',
      secret: '$&.*+(]',
      text: 'x$&.*+(]y $$',
      masked: 'x****y $$',
    },
    {
      name: 'where the text was cut inside it',
      secret: TOKEN,
      text: 'token 0123456…',
      masked: 'token ****…',
    },
    {
      name: 'where the text was cut inside its base64 form',
      secret: TOKEN,
      text: `Basic ${btoa(TOKEN).slice(0, 20)}… x`,
      masked: 'Basic ****… x',
    },
  ])('$name', ({ secret, text, masked }) => {
    expect(redactorOf(secret).text(text)).toBe(masked)
  })

  // Basic headers join a user and a password, so that base64 of the secret alone does not occur in them.
  test.each([
    { name: 'as the user of a Basic header', pair: `${TOKEN}:` },
    { name: 'as the password of a Basic header', pair: `client:${TOKEN}` },
  ])('$name', ({ pair }) => {
    const inner = btoa(TOKEN).slice(4, 40)
    const text = redactorOf(TOKEN).text(`Basic ${btoa(pair)}`)
    expect(text).toContain('****')
    expect(text).not.toContain(inner)
  })

  test('as a whole if another secret is part of it, in either order', () => {
    const [long, short] = ['abcdefghijkl', 'cdefgh']
    expect(redactorOf(short, long).text(`${long} ${short}`)).toBe('**** ****')
    expect(redactorOf(long, short).text(`${long} ${short}`)).toBe('**** ****')
  })

  test('if it is learned later, together with those known before', () => {
    const redactor = redactorOf('first-token')
    redactor.hide(['first-token-renewed', 'second-token'])
    expect(redactor.text('first-token first-token-renewed second-token')).toBe('**** **** ****')
  })
})

describe('a text stays as it is', () => {
  test.each([
    { name: 'without secrets', secrets: [], text: 'nothing…' },
    { name: 'if the secret could be a number', secrets: ['1234567'], text: 'id 1234567' },
    { name: 'if the secret is as short as a word', secrets: ['', 'a', 'deals'], text: 'a deals' },
    { name: 'if the secret is only blanks', secrets: ['          '], text: 'a          b' },
    { name: 'if only a part of the secret occurs', secrets: [TOKEN], text: TOKEN.slice(0, 20) },
    { name: 'if it was cut after a few letters of the secret', secrets: [TOKEN], text: 'id 01234…' },
  ])('$name', ({ secrets, text }) => {
    expect(redactorOf(...secrets).text(text)).toBe(text)
  })
})

describe('in a JSON value, a secret is masked', () => {
  test.each<{ name: string; secret: string; value: Json; masked: Json }>([
    {
      name: 'in strings at every depth',
      secret: TOKEN,
      value: { a: [TOKEN, { b: `x${TOKEN}` }], c: null, d: true, e: 1.5 },
      masked: { a: ['****', { b: 'x****' }], c: null, d: true, e: 1.5 },
    },
    { name: 'but not in keys', secret: 'status', value: { status: 'status' }, masked: { status: '****' } },
    { name: 'if it is a number', secret: '100000000000000000000', value: [1e20, 5], masked: ['****', 5] },
    {
      name: 'beside a key named __proto__, which stays',
      secret: 'secret',
      value: JSON.parse('{"__proto__":{"a":"secret"}}') as Json,
      masked: JSON.parse('{"__proto__":{"a":"****"}}') as Json,
    },
  ])('$name', ({ secret, value, masked }) => {
    expect(JSON.stringify(redactorOf(secret).value(value))).toBe(JSON.stringify(masked))
  })
})

describe('a secret occurs in serialized JSON', () => {
  test.each([
    { name: 'as a value', secret: ODD, json: JSON.stringify({ t: ODD }), occurs: true },
    { name: 'in quoted JSON', secret: ODD, json: JSON.stringify(JSON.stringify({ t: ODD })), occurs: true },
    {
      name: 'with half of a pair',
      secret: 'secret\ud800',
      json: JSON.stringify('secret\ud800'),
      occurs: true,
    },
    { name: 'in base64', secret: TOKEN, json: `"${btoa(`id:${TOKEN}`)}"`, occurs: true },
    {
      name: 'but not where quotes are the syntax of JSON',
      secret: '":"abc',
      json: '{"t":"abc"}',
      occurs: false,
    },
    { name: 'but not where only a part occurs', secret: TOKEN, json: `"${TOKEN.slice(1)}"`, occurs: false },
  ])('$name', ({ secret, json, occurs }) => {
    expect(redactorOf(secret).occursIn(json)).toBe(occurs)
  })

  test.each([
    { secret: 'abcdefghijkl', other: 'cdefgh' },
    { secret: 'cdefgh', other: 'abcdefghijkl' },
  ])('if it is $secret, beside another secret that is $other', ({ secret, other }) => {
    expect(redactorOf(secret, other).occursIn(JSON.stringify({ t: secret }))).toBe(true)
  })

  test('but not while no secret is known', () => {
    expect(new Redactor().occursIn(TOKEN)).toBe(false)
  })
})
