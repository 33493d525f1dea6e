/*
 * The least that a source can do: fetches the pages of a list of deals one after another, parses them, serialises each
 * row into a RECORD message, and writes a page at a time. The server's address is the argument.
 */
import { once } from 'node:events'
import { Agent, get } from 'node:http'

interface Page {
  data: unknown[]
  additional_data: { next_cursor: string | null }
}

const agent = new Agent({ keepAlive: true })

function textFrom(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        resolve(Buffer.concat(chunks).toString('utf8'))
      })
      response.on('error', reject)
    }).on('error', reject)
  })
}

const list = `${process.argv[2] ?? ''}/api/v2/deals?limit=500`
let cursor: string | null = ''
while (cursor !== null) {
  const page = JSON.parse(await textFrom(cursor === '' ? list : `${list}&cursor=${cursor}`)) as Page
  let lines = ''
  for (const data of page.data) {
    const record = { stream: 'deals', data, emitted_at: Date.now() }
    lines += `${JSON.stringify({ type: 'RECORD', record })}\n`
  }
  if (!process.stdout.write(lines)) await once(process.stdout, 'drain')
  cursor = page.additional_data.next_cursor
}
agent.destroy()
