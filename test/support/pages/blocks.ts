import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '../../..')

/**
 * How a block of commands is run; the word stands behind the language of its fence. `here`: by `npm run test:pages`.
 * `server`: also there; each of its lines runs until the next one starts. `docker`: by test/image/pages.test.ts.
 * `pyairbyte`: by `npm run acceptance:pyairbyte`. `fresh-clone`: by .ci/run. `external`: by no test, as it needs a real
 * account or platform.
 */
export const RUNNERS = ['here', 'server', 'docker', 'pyairbyte', 'fresh-clone', 'external'] as const
export type Runner = (typeof RUNNERS)[number]

export interface Block {
  readonly page: string
  /** Of the fence. */
  readonly line: number
  /** The heading above it. */
  readonly section: string
  readonly language: string
  readonly runner: Runner
  readonly text: string
}

const COMMANDS = new Set(['sh', 'bash', 'shell', 'console', 'python'])
const FENCE = /^( *)(```+)\s*(\S*) *(.*)$/

/** The pages for users. */
export function pages(): string[] {
  const docs = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'))
  return ['README.md', 'sandbox/README.md', 'dbt/README.md', ...docs.map((name) => `docs/${name}`)]
}

/** Every block of commands in a page, in its order. Throws for a fence with an unknown word. */
export function commandBlocks(page: string, text = readFileSync(join(root, page), 'utf8')): Block[] {
  return fencedBlocks(page, text).filter(({ language }) => COMMANDS.has(language))
}

/** Every fenced block of a page, without the indentation of its fence. */
export function fencedBlocks(page: string, text = readFileSync(join(root, page), 'utf8')): Block[] {
  const lines = text.split('\n')
  const blocks: Block[] = []
  let open: { at: number; indent: number; fence: string; language: string; words: string } | undefined
  let section = ''
  for (const [at, line] of lines.entries()) {
    if (open === undefined) section = /^#+ (.*)$/.exec(line)?.[1] ?? section
    const [, indent = '', fence = '', language = '', words = ''] = FENCE.exec(line) ?? []
    if (open === undefined && fence !== '') open = { at, indent: indent.length, fence, language, words }
    else if (fence !== '' && fence === open?.fence && language === '') {
      const { indent: margin, words: given } = open
      const inner = lines.slice(open.at + 1, at).map((code) => code.slice(margin))
      blocks.push({
        ...{ page, line: open.at + 1, section, language: open.language, text: inner.join('\n') },
        runner: runnerOf(given, `${page}:${open.at + 1}`),
      })
      open = undefined
    }
  }
  return blocks
}

function runnerOf(words: string, place: string): Runner {
  const word = words.trim() || 'here'
  const runner = RUNNERS.find((name) => name === word)
  if (runner === undefined) throw new Error(`${place}: "${word}" is not one of ${RUNNERS.join(', ')}.`)
  return runner
}

/** The commands of a block, without comments and with continued lines joined. */
export function commandsOf({ text }: Block): string[] {
  return text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '')
}
