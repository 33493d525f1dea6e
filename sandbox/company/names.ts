import type { Company } from './company.js'

/** ASCII letters of a name, for e-mail addresses. */
export function slug(text: string): string {
  const ascii = text.normalize('NFKD').replace(/[^a-zA-Z]/g, '')
  return ascii === '' ? 'contact' : ascii.toLowerCase()
}

export function drawName({ random, words }: Company): {
  first_name: string
  last_name: string
  name: string
} {
  const first_name = random.pick(words.firstNames)
  const last_name = random.pick(words.lastNames)
  return { first_name, last_name, name: `${first_name} ${last_name}` }
}
