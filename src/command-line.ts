import yargs, { type InferredOptionTypes, type Options } from 'yargs'
import packageJson from '../package.json' with { type: 'json' }
import { configError } from './airbyte/errors.js'
import type { SyncMode } from './airbyte/messages.js'
import { runCatalog } from './commands/catalog.js'
import { runCheck } from './commands/check.js'
import type { Command } from './commands/context.js'
import { runDiscover } from './commands/discover.js'
import { runEstimate } from './commands/estimate/estimate.js'
import { runRead } from './commands/read.js'
import { runSpec } from './commands/spec.js'

export interface ParsedCommandLine {
  command: Command
  debug: boolean
  /** Newer platforms may pass flags that this version does not know. */
  unknownFlags: string[]
  /** For people and scripts, not for the platform. */
  answersInText: boolean
}

const SYNC_MODES: readonly SyncMode[] = ['full_refresh', 'incremental']

const file = (describe: string) =>
  ({ type: 'string', coerce: (value: string | string[]) => [value].flat().at(-1) ?? '', describe }) as const
const names = (describe: string) =>
  ({ type: 'array', string: true, default: [] as string[], coerce: splitNames, describe }) as const

const config = { config: { ...file('settings, as a JSON file'), demandOption: true } } as const
const syncMode = {
  'sync-mode': {
    choices: SYNC_MODES,
    default: 'incremental' as SyncMode,
    describe: 'how to read, where no catalog tells',
  },
} as const
const debug = { debug: { type: 'boolean', default: false, describe: 'log in detail' } } as const

/** What a command line asks for; undefined after --help and --version, which answer by themselves. */
export async function parseCommandLine(argv: readonly string[]): Promise<ParsedCommandLine | undefined> {
  let parsed: ParsedCommandLine | undefined
  const parser = yargs([...argv])
    .scriptName('src-pipedrive')
    .usage('$0 <command>\n\nAn Airbyte source for Pipedrive.')
    .parserConfiguration({ 'camel-case-expansion': false })

  /** The command line's options in, a command that only waits for its context out. */
  function offer<O extends Record<string, Options>>(
    name: string,
    describe: string,
    options: O,
    toCommand: (args: InferredOptionTypes<O>) => Command,
  ): void {
    const aliases = Object.values(options).flatMap(({ alias = [] }) => alias)
    const known = new Set(['_', '$0', ...Object.keys(debug), ...Object.keys(options), ...aliases])
    parser.command(name, describe, options, (args) => {
      parsed = {
        command: toCommand(args as InferredOptionTypes<O>),
        answersInText: name === 'catalog' || name === 'estimate',
        debug: args.debug === true,
        unknownFlags: Object.keys(args).filter((key) => !known.has(key)),
      }
    })
  }

  offer('spec', 'print what a config looks like', {}, () => runSpec)
  offer('check', 'try the config', config, (args) => (context) => runCheck(args, context))
  offer('discover', 'print the streams on offer', config, (args) => (context) => runDiscover(args, context))
  offer(
    'catalog',
    'print a configured catalog for read',
    { ...config, streams: { ...names('only these'), alias: 'stream' }, ...syncMode },
    ({ config, streams, 'sync-mode': syncMode }) =>
      (context) =>
        runCatalog({ config, streams, syncMode }, context),
  )
  offer(
    'read',
    'print records and states',
    {
      ...config,
      catalog: file('what to read, as a JSON file'),
      state: file('where an earlier sync got to, as a JSON file'),
      stream: { ...names('read these, without a catalog'), alias: 'streams' },
      ...syncMode,
    },
    ({ config, catalog, state, stream, 'sync-mode': syncMode }) =>
      (context) =>
        runRead({ config, catalog, state, streams: stream, syncMode }, context),
  )

  offer(
    'estimate',
    'tell what a sync would take',
    {
      ...config,
      catalog: file('what to read, as a JSON file'),
      state: file('where an earlier sync got to, as a JSON file'),
      stream: { ...names('read these, without a catalog; all, when none are named'), alias: 'streams' },
      ...syncMode,
      json: { type: 'boolean', default: false, describe: 'for a script' },
    },
    ({ config, catalog, state, stream, 'sync-mode': syncMode, json }) =>
      (context) =>
        runEstimate({ config, catalog, state, streams: stream, syncMode, json }, context),
  )

  await parser
    .options(debug)
    .demandCommand(1, 1, 'Name a command: spec, check, discover, catalog, read or estimate.')
    .strictCommands()
    .version(packageJson.version)
    .exitProcess(false)
    .fail((message: string, error: Error | undefined) => {
      const mistake = message.replace(/\s+/g, ' ').replace(/\.?\s*$/, '.')
      throw error ?? configError(`${mistake} See src-pipedrive --help.`)
    })
    .parseAsync()
  return parsed
}

/** `--streams deals,persons` and `--streams deals persons` mean the same. */
function splitNames(values: string[]): string[] {
  return values.flatMap((value) => value.split(',')).filter((name) => name !== '')
}
