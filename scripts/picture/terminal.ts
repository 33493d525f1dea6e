import { stripVTControlCharacters } from 'node:util'

/** Pixels. Wide enough for each of the usual monospaced fonts. */
const CELL = { width: 8.4, height: 19 }
const MARGIN = { side: 18, top: 46, bottom: 16 }
const COLUMNS = 102
const COLOURS = {
  paper: '#0d1117',
  bar: '#161b22',
  text: '#c9d1d9',
  step: '#39c5cf',
  strong: '#f0f6fc',
  line: '#484f58',
}
const FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"

/** A line like `  deals: 4 records`, which a terminal shows only while the stream is read. */
const PROGRESS = /^ {2}\w+: [\d,]+ records$/
const TABLE_ROW = /^│ (\w+) +│ +([\d,]+|·) /
/** Lists with fewer records are left out of the picture. */
const FEWEST_RECORDS = 200

/** What a terminal shows of the demo's output, without the table's rows of short lists. */
export function abridge(output: string): string[] {
  const lines = stripVTControlCharacters(output)
    .trimEnd()
    .split('\n')
    .filter((line) => !PROGRESS.test(line))
  const isShort = (line: string) => {
    const [, name, records = ''] = TABLE_ROW.exec(line) ?? []
    return name !== undefined && !(Number(records.replaceAll(',', '')) >= FEWEST_RECORDS)
  }
  const short = lines.filter(isShort).length
  const note = `│ ${`… ${short} short lists`.padEnd(19)} │`
  const firstShort = lines.findIndex(isShort)
  return lines.flatMap((line, at) => {
    if (!isShort(line)) return [line]
    return at === firstShort ? [note + line.slice(note.length).replace(/[^│]/g, ' ')] : []
  })
}

/** A terminal window with these lines, as SVG. */
export function drawTerminal(command: string, lines: readonly string[]): string {
  const shown = [`$ ${command}`, ...lines.flatMap(wrap)]
  const width = Math.ceil(COLUMNS * CELL.width + 2 * MARGIN.side)
  const height = MARGIN.top + shown.length * CELL.height + MARGIN.bottom
  const dots = ['#ff5f57', '#febc2e', '#28c840']
    .map((colour, at) => `<circle cx="${20 + at * 18}" cy="15" r="5.5" fill="${colour}"/>`)
    .join('')
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>A terminal that runs ${escape(command)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${COLOURS.paper}"/>`,
    `<path d="M0 8a8 8 0 0 1 8-8h${width - 16}a8 8 0 0 1 8 8v22H0z" fill="${COLOURS.bar}"/>${dots}`,
    `<g font-family="${FONT}" font-size="14" fill="${COLOURS.text}" xml:space="preserve">`,
    ...shown.map(drawLine),
    '</g>',
    '</svg>',
    '',
  ].join('\n')
}

function drawLine(line: string, at: number): string {
  const y = MARGIN.top + (at + 0.75) * CELL.height
  // The exact length keeps columns in line whatever font there is.
  const length = ` textLength="${(line.length * CELL.width).toFixed(1)}" lengthAdjust="spacingAndGlyphs"`
  const colour = colourOf(line)
  const fill = colour === undefined ? '' : ` fill="${colour}"`
  return line === '' ? '' : `<text x="${MARGIN.side}" y="${y}"${length}${fill}>${escape(line)}</text>`
}

function colourOf(line: string): string | undefined {
  if (line.startsWith('›')) return COLOURS.step
  if (/^[┌└]/.test(line)) return COLOURS.line
  return line.startsWith('$') || /all streams|first sync/.test(line) ? COLOURS.strong : undefined
}

/** Long sentences go on in the next line; a table does not. */
function wrap(line: string): string[] {
  if (line.length <= COLUMNS || /^[│┌└]/.test(line)) return [line]
  const end = line.lastIndexOf(' ', COLUMNS)
  return [line.slice(0, end), ...wrap(line.slice(end + 1))]
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
