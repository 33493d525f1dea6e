import { Body } from '../../src/pipedrive/http/body.js'

/** A body whose buffer is not used again. */
export function contentOf(text: string): Body {
  return new Body(Buffer.from(text))
}
