import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { finished } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))

/** A message of the protocol: the parts that the demo reads. */
export interface Message {
  type: string
  record?: { stream: string }
  state?: { stream: { stream_descriptor: { name: string }; stream_state: object } }
  log?: { level: string; message: string }
  trace?: {
    emitted_at: number
    stream_status?: { stream_descriptor: { name: string }; status: string }
    error?: { message: string }
  }
  connectionStatus?: { status: string; message?: string }
  catalog?: {
    streams: { name: string; supported_sync_modes: string[]; json_schema: { description?: string } }[]
  }
}

/** Runs the built command as a user does, writes every line to a file, and passes each message to onMessage. */
export async function connector(
  argv: readonly string[],
  transcript: string,
  onMessage: (message: Message) => void = () => undefined,
): Promise<void> {
  const child = spawn(main, argv, { stdio: ['ignore', 'pipe', 'inherit'] })
  const file = createWriteStream(transcript)
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve))
  for await (const line of createInterface({ input: child.stdout })) {
    file.write(`${line}\n`)
    onMessage(JSON.parse(line) as Message)
  }
  const code = await closed
  await finished(file.end())
  if (code !== 0)
    throw new Error(`src-pipedrive ${argv[0] ?? ''} ended with exit code ${String(code)}; see ${transcript}`)
}
