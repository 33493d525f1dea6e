import spec from '../../spec.json' with { type: 'json' }
import type { JsonObject } from '../airbyte/messages.js'
import type { CommandContext, ExitCode } from './command.js'

/** What a config looks like; Airbyte draws its form from it. */
export async function runSpec({ writer }: CommandContext): Promise<ExitCode> {
  await writer.write({ type: 'SPEC', spec: spec as unknown as JsonObject })
  return 0
}
