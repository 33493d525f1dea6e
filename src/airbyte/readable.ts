/** About three lines of a terminal. */
const MAX_LENGTH = 300

/** Stands at the end of a text that was cut. */
export const CUT = '…'

/** Control characters, line breaks and blanks: in a log, they could fake a line or change the terminal. */
const BLANKS = /[\s\p{Cc}]+/gu

/** Characters that change the direction in which text is shown, and so its apparent meaning. */
const DIRECTION_MARKS = /\p{Bidi_Control}/gu

/**
 * A text of the server, or of a library, for a log, an error or a terminal: one line without control characters, of at
 * most `maxLength` characters. What is longer ends in `…`.
 */
export function readable(text: string, maxLength = MAX_LENGTH): string {
  const line = singleLine(text)
  if (line.length <= maxLength) return line
  // Not between the halves of a surrogate pair.
  const start = line.slice(0, maxLength - CUT.length).replace(/[\ud800-\udbff]$/, '')
  return `${start}${CUT}`
}

/** The text without line breaks and control characters, at its full length. */
export function singleLine(text: string): string {
  return text.toWellFormed().replace(DIRECTION_MARKS, '').replace(BLANKS, ' ').trim()
}
