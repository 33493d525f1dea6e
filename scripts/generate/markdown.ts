/** The longest line of prose in generated pages; test/project/prose.test.ts holds all pages to it. */
const WIDTH = 120

export const code = (text: string): string => `\`${text}\``

export const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

/** Not aligned: a new stream with a long name must change one line, not all. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  row(head),
  row(head.map(() => '---')),
  ...rows.map(row),
]

export const paragraph = (text: string): string[] => wrap(text, '', '')
export const bullet = (text: string): string[] => wrap(text, '- ', '  ')

function wrap(text: string, first: string, others: string): string[] {
  const lines: string[] = []
  let line = first
  for (const word of text.split(' ')) {
    const isEmpty = line === first || line === others
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line)
      line = others + word
    } else {
      line += isEmpty ? word : ` ${word}`
    }
  }
  return [...lines, line]
}
