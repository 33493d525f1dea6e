import spec from '../../spec.json' with { type: 'json' }
import type { JsonObject } from '../airbyte/messages.js'
import type { CommandContext, ExitCode } from './context.js'

/** Prints the specification of the config, from which Airbyte builds its form. */
export async function runSpec({ writer }: CommandContext): Promise<ExitCode> {
  await writer.write({ type: 'SPEC', spec: spec as unknown as JsonObject })
  return 0
}
