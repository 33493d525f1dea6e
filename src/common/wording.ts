/** `1 request`, `1,234 requests`; the number alone without a noun. */
export function count(number: number, noun?: string): string {
  const text = Math.round(number).toLocaleString('en')
  return noun === undefined ? text : `${text} ${noun}${number === 1 ? '' : 's'}`
}

/** `a`, `a and b`, `a, b and c`. */
export function listOfWords(words: readonly string[]): string {
  return [words.slice(0, -1).join(', '), ...words.slice(-1)].filter((part) => part !== '').join(' and ')
}

/**
 * `2 seconds`, `5 minutes`, `1 hour 6 minutes`: rounded up to whole seconds, and from two minutes on to whole
 * minutes.
 */
export function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  if (seconds < 120) return count(seconds, 'second')
  const minutes = Math.ceil(seconds / 60)
  if (minutes < 60) return count(minutes, 'minute')
  const hours = count(Math.floor(minutes / 60), 'hour')
  return minutes % 60 === 0 ? hours : `${hours} ${count(minutes % 60, 'minute')}`
}

/** `a, b, c`; of more than `most`, `a, b and 7 more`. */
export function enumerate(names: readonly string[], most = Infinity): string {
  if (names.length <= most) return names.join(', ')
  return `${names.slice(0, most).join(', ')} and ${count(names.length - most)} more`
}

/** `< 1 s`, `12 s`, `5 min`, `1 h 6 min`: for tables. */
export function shortDuration(ms: number): string {
  if (ms < 1000) return '< 1 s'
  return duration(ms)
    .replace(/ seconds?/, ' s')
    .replace(/ minutes?/, ' min')
    .replace(/ hours?/, ' h')
}

/** The text in lines of at most `width` characters, unless a word is longer. */
export function wrapped(text: string, width: number): string {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.join('\n')
}
