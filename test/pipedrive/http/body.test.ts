import { Readable } from 'node:stream'
import { expect, test } from '@jest/globals'
import { BodyBuffers } from '../../../src/pipedrive/http/body.js'

const MB = 1024 * 1024

/** A body that comes in pieces of 60,000 bytes. */
function bodyOf(text: string): Readable {
  const bytes = Buffer.from(text)
  const pieces = Math.ceil(bytes.length / 60_000)
  return Readable.from(
    Array.from({ length: pieces }, (_, at) => bytes.subarray(at * 60_000, (at + 1) * 60_000)),
    { objectMode: false },
  )
}

/** Reads a body, whose buffer is free again then. */
async function read(buffers: BodyBuffers, text: string, most = 10 * MB): Promise<string> {
  const body = await buffers.read(bodyOf(text), most)
  const read = body.text()
  body.free()
  return read
}

test.each([
  { name: 'empty', text: '' },
  { name: 'short', text: 'a'.repeat(100) },
  { name: 'larger than the buffer at first', text: 'b'.repeat(MB) },
  { name: 'larger than any buffer that is kept', text: 'c'.repeat(9 * MB) },
  { name: 'not ASCII, with characters between two pieces', text: 'ö😀'.repeat(50_000) },
])('a body that is $name is read whole', async ({ text }) => {
  expect(await read(new BodyBuffers(), text)).toBe(text)
})

test('a byte order mark is left out', async () => {
  expect(await read(new BodyBuffers(), '\uFEFF{}')).toBe('{}')
})

test('bodies that are read at the same time do not share a buffer', async () => {
  const buffers = new BodyBuffers()
  // Buffers that are free again.
  await Promise.all([read(buffers, 'x'.repeat(MB)), read(buffers, 'y'.repeat(MB))])
  const texts = ['a', 'b', 'c'].map((letter) => letter.repeat(MB))
  const bodies = await Promise.all(texts.map((text) => buffers.read(bodyOf(text), 10 * MB)))
  expect(bodies.map((body) => body.text())).toEqual(texts)
})

test('a body stays as it is while others are read, until it is given back', async () => {
  const buffers = new BodyBuffers()
  const body = await buffers.read(bodyOf('a'.repeat(MB)), 10 * MB)
  expect(await read(buffers, 'b'.repeat(MB))).toBe('b'.repeat(MB))
  expect(body.text()).toBe('a'.repeat(MB))
})

test('a body that is given back twice gives one buffer back', async () => {
  const buffers = new BodyBuffers()
  const body = await buffers.read(bodyOf('x'), MB)
  body.free()
  body.free()
  const [a, b] = await Promise.all(['a', 'b'].map((text) => buffers.read(bodyOf(text), MB)))
  expect([a?.text(), b?.text()]).toEqual(['a', 'b'])
})

test('a shorter body behind a longer one ends where it ends', async () => {
  const buffers = new BodyBuffers()
  await read(buffers, 'x'.repeat(MB))
  expect(await read(buffers, 'short')).toBe('short')
})

test('a body above the limit fails, and its stream is closed', async () => {
  const stream = bodyOf('a'.repeat(MB))
  await expect(new BodyBuffers().read(stream, MB - 1)).rejects.toMatchObject({ name: 'BodyTooLarge' })
  expect(stream.destroyed).toBe(true)
})

test('a body that breaks off fails with the reason', async () => {
  const stream = new Readable({ read: () => undefined })
  stream.push('{"success":tr')
  const body = new BodyBuffers().read(stream, MB)
  stream.destroy(new Error('broken'))
  await expect(body).rejects.toThrow('broken')
})

test('a body in a buffer of its own stays as it is when others are read', async () => {
  const buffers = new BodyBuffers()
  const body = (await buffers.read(bodyOf('a'.repeat(MB)), 10 * MB)).detached()
  await Promise.all(['b', 'c'].map((letter) => read(buffers, letter.repeat(MB))))
  expect(body.text()).toBe('a'.repeat(MB))
})

test('a body that was given back cannot be read', async () => {
  const body = await new BodyBuffers().read(bodyOf('a'), MB)
  body.free()
  expect(() => body.text()).toThrow('after they had been given back')
})
