import yargs, { type Argv, type InferredOptionTypes, type Options } from 'yargs'
import packageJson from '../package.json' with { type: 'json' }
import { configError } from './airbyte/errors.js'
import type { SyncMode } from './airbyte/messages.js'
import {
  names,
  config,
  syncMode,
  files,
  stateFile,
  named,
  progress,
  exitCode,
  json,
  logs,
} from './command-options.js'
import { didYouMean } from './common/did-you-mean.js'
import { listOfWords } from './common/wording.js'
import { runCatalog } from './commands/catalog.js'
import { runCheck } from './commands/check.js'
import type { Command } from './commands/context.js'
import { runDiscover } from './commands/discover.js'
import { runEstimate } from './commands/estimate/estimate.js'
import type { RunArguments } from './commands/open-run.js'
import { runRead } from './commands/read.js'
import { runSpec } from './commands/spec.js'
import { runVerify } from './commands/verify.js'

export interface ParsedCommandLine {
  command: Command
  debug: boolean
  /** Whether logs begin with the time. */
  logTime: boolean
  /** Whether the progress is reported also where stderr is not a terminal. */
  progress: boolean
  /** Not an error: newer platforms may pass flags that this version does not know. */
  unknownFlags: string[]
  /** Those of the command: `--config`. */
  knownFlags: string[]
  /** Whether the command prints a text for people or scripts, and not messages for the platform. */
  answersInText: boolean
}

const EXACT_FLAGS = { 'camel-case-expansion': false, 'dot-notation': false, 'boolean-negation': false }
const COMMANDS = ['spec', 'check', 'discover', 'catalog', 'read', 'estimate', 'verify']

/** The command of a command line; undefined after --help and --version, which yargs answers. */
export async function parseCommandLine(argv: readonly string[]): Promise<ParsedCommandLine | undefined> {
  let parsed: ParsedCommandLine | undefined
  const parser = yargs([...argv])
    .scriptName('src-pipedrive')
    .usage('$0 <command>\n\nAn Airbyte source for Pipedrive.')
    // --config.x and --no-config are unknown flags, not other forms of --config.
    .parserConfiguration(EXACT_FLAGS)
  const register = registerWith(parser, (result) => (parsed = result))
  registerCommands(register)
  registerSyncs(register)
  registerVerify(register)
  await parser
    .options(logs)
    .demandCommand(1, 1, `Specify a command: ${listOfWords(COMMANDS).replace(' and ', ' or ')}.`)
    .strictCommands()
    .version(packageJson.version)
    .exitProcess(false)
    .fail((message: string, error: Error | undefined) => {
      const problem = message.replace(/\s+/g, ' ').replace(/\.?\s*$/, '.')
      const [, command = ''] = /^Unknown command: (\S+)\.$/.exec(problem) ?? []
      const hint = didYouMean(command, COMMANDS) || misspelledFlag(problem, argv)
      throw error ?? configError(`${problem}${hint} See src-pipedrive --help.`)
    })
    .parseAsync()
  return parsed
}

/** The flag of the command line that may be meant for one that is missing. */
function misspelledFlag(problem: string, argv: readonly string[]): string {
  const [, missing] = /^Missing required argument: (\S+)\.$/.exec(problem) ?? []
  if (missing === undefined) return ''
  const flags = argv.filter((word) => word.startsWith('--')).map((word) => word.split('=')[0] ?? word)
  const [meant] = flags.filter((flag) => didYouMean(flag, [`--${missing}`]) !== '')
  return meant === undefined ? '' : ` Did you mean "--${missing}" by ${meant}?`
}

type Register = ReturnType<typeof registerWith>

/** Registers one command; `toCommand` binds its parsed options, so that only the context is missing. */
function registerWith(parser: Argv, onParsed: (parsed: ParsedCommandLine) => void) {
  return <O extends Record<string, Options>>(
    name: string,
    describe: string,
    options: O,
    toCommand: (args: InferredOptionTypes<O>) => Command,
  ): void => {
    const aliases = Object.values(options).flatMap(({ alias = [] }) => alias)
    const known = new Set(['_', '$0', ...Object.keys(logs), ...Object.keys(options), ...aliases])
    parser.command(name, describe, options, (args) => {
      // After the handler, yargs writes a help that is never shown: to wrap it would take longer than all the rest.
      parser.wrap(null)
      onParsed({
        command: toCommand(args as InferredOptionTypes<O>),
        answersInText: ['catalog', 'estimate', 'verify'].includes(name),
        debug: args.debug === true,
        logTime: args['log-time'] === true,
        progress: args.progress === true,
        knownFlags: [...known].filter((name) => /^\w/.test(name)).map((name) => `--${name}`),
        unknownFlags: Object.keys(args).filter((key) => !known.has(key)),
      })
    })
  }
}

function registerCommands(register: Register): void {
  register('spec', 'print the specification of the config', {}, () => runSpec)
  register(
    'check',
    'test the config and the connection',
    { ...config, ...exitCode },
    ({ config, 'exit-code': exitCode }) =>
      (context) =>
        runCheck({ config, exitCode }, context),
  )
  register(
    'discover',
    'print the available streams',
    config,
    (args) => (context) => runDiscover(args, context),
  )
  register(
    'catalog',
    'print a configured catalog for read',
    {
      ...config,
      streams: {
        ...names('only these streams; by default all that cost no request per parent'),
        alias: 'stream',
      },
      ...syncMode,
    },
    ({ config, streams, 'sync-mode': syncMode }) =>
      (context) =>
        runCatalog({ config, streams, syncMode }, context),
  )
}

function registerSyncs(register: Register): void {
  register(
    'read',
    'read records and states',
    {
      ...config,
      ...files,
      ...stateFile,
      stream: named('streams to read without a catalog'),
      ...syncMode,
      ...progress,
    },
    (args) => (context) => runRead(selectionOf(args), context),
  )
  register(
    'estimate',
    'estimate the requests, tokens and minutes of the next sync',
    {
      ...config,
      ...files,
      stream: named('streams to read without a catalog; by default all that cost no request per parent'),
      ...syncMode,
      ...json,
    },
    (args) => (context) => runEstimate({ ...selectionOf(args), json: args.json }, context),
  )
}

function registerVerify(register: Register): void {
  register(
    'verify',
    'compare all lists with the state of the last sync, now',
    {
      ...config,
      state: files.state,
      stream: named('streams to compare; by default all of the state'),
      ...json,
    },
    (args) => (context) => runVerify({ ...args, streams: args.stream }, context),
  )
}

interface RunFlags {
  config: string
  catalog: string | undefined
  state: string | undefined
  stream: string[]
  'sync-mode': SyncMode
  'state-file'?: string | undefined
}

function selectionOf(flags: RunFlags): RunArguments {
  const { config, catalog, state, stream, 'sync-mode': syncMode, 'state-file': stateFile } = flags
  return { config, catalog, state, stateFile, streams: stream, syncMode }
}
