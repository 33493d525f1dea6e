import type { SyncMode } from './airbyte/messages.js'

const SYNC_MODES: readonly SyncMode[] = ['full_refresh', 'incremental']

const file = (describe: string) =>
  ({ type: 'string', coerce: (value: string | string[]) => [value].flat().at(-1) ?? '', describe }) as const
export const names = (describe: string) =>
  ({ type: 'array', string: true, default: [] as string[], coerce: splitNames, describe }) as const

export const config = {
  config: {
    ...file('path of the JSON file with the settings; - reads stdin'),
    demandOption: true,
    // Or a single dash would be an argument of its own.
    nargs: 1,
  },
} as const
export const syncMode = {
  'sync-mode': {
    choices: SYNC_MODES,
    default: 'incremental' as SyncMode,
    describe: 'sync mode, unless a catalog file sets it',
  },
} as const
export const files = {
  catalog: file('path of the JSON file with the configured catalog'),
  state: file('path of the JSON file with the state of an earlier sync, or of its output'),
}
export const stateFile = {
  'state-file': file('path of a JSON file to continue from, if it exists, and to keep the states in'),
}
export const named = (describe: string) => ({ ...names(describe), alias: 'streams' }) as const
export const progress = {
  progress: {
    type: 'boolean',
    default: false,
    describe: 'report progress on stderr, also where it is not a terminal',
  },
} as const
export const exitCode = {
  'exit-code': { type: 'boolean', default: false, describe: 'exit with 1 if the check fails' },
} as const
export const json = { json: { type: 'boolean', default: false, describe: 'print JSON for scripts' } } as const
export const logs = {
  'log-time': { type: 'boolean', default: false, describe: 'begin logs with the time' },
  debug: { type: 'boolean', default: false, describe: 'write debug logs' },
} as const

/** `--streams deals,persons` and `--streams deals persons` mean the same. */
function splitNames(values: string[]): string[] {
  return values.flatMap((value) => value.split(',')).filter((name) => name !== '')
}
