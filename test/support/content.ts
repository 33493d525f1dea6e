import { Body } from '../../src/pipedrive/http/body.js'

/** A body whose buffer is not used again. */
export function contentOf(text: string): Body {
  const bytes = Buffer.from(text)
  return new Body(bytes, bytes.length, () => undefined)
}
